import assert from 'node:assert/strict';
import { debianPackages } from '../../tools/images/debian-packages.ts';
import type { ListedPackage } from '../../tools/images/listed-package.ts';
import { run } from '../cluster/command.ts';
import { imageArchive } from '../cluster/images.ts';
import type { ImageName } from '../cluster/images.ts';
import { imageRoot } from '../support/image-root.ts';
import { readArchive } from './archive.ts';

function listed(name: ImageName): ListedPackage[] {
  const { debianPackages: records, release } = readArchive(imageArchive(name));
  return debianPackages(records, release);
}

/** What the list of an image would be of little use without. */
const wanted = {
  operator: ['libc6', 'libstdc++6'],
  varnish: ['libc6', 'varnish', 'varnish-modules', 'tcc'],
  mariadb: ['libc6', 'mariadb-server-core', 'mariadb-client-core'],
  'object-cache': ['libc6', 'libssl3t64', 'memcached', 'valkey-server', 'valkey-tools'],
  wordpress: ['apache2-bin', 'php8.4-mysql', 'wordpress', 'wordpress-theme-twentytwentyfive', 'php-getid3'],
} as const;

describe('the list of an image', function () {
  this.timeout(120_000);

  for (const [name, packages] of Object.entries(wanted) as [keyof typeof wanted, readonly string[]][])
    it(`of ${name} has what it is made of, for Debian 13`, () => {
      const all = listed(name);
      const names = all.map((one) => one.name);
      for (const one of packages) assert.ok(names.includes(one), one);
      for (const { purl } of all) assert.match(purl, /^pkg:deb\/debian\/\S+@\S+\?arch=\w+&distro=debian-13$/);
    });

  it('of varnish has exactly what dpkg says in it', async () => {
    const format =
      '--showformat=${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version}\\n';
    const said = await run('chroot', [await imageRoot('varnish'), 'dpkg-query', '--show', format]);
    const installed = said.split('\n').flatMap((line) => /^installed (.*)$/.exec(line)?.[1] ?? []);
    assert.ok(installed.length > 80);
    const own = listed('varnish').map(
      ({ name, version, source }) =>
        `${name} ${version} ${source?.replace("built from Debian's source package ", '')}`,
    );
    assert.deepEqual(own.sort(), installed.sort());
  });
});
