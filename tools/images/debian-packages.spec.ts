import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debianPackages } from './debian-packages.ts';

const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: glibc
Version: 2.41-12+deb13u1
Conffiles:
 /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab
Description: GNU C Library: Shared libraries
 Contains the standard libraries.
 Version: no field

Package: exim4
Status: deinstall ok config-files
Architecture: amd64
Version: 4.98-1

Package: login
Status: hold ok installed
Architecture: amd64
Source: shadow (1:4.17.4-2)
Version: 1:4.16.0-2+really2.41-5


Package: memcached
Version: 1.6.38-1
Architecture: amd64
`;
const release =
  'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nID=debian\n';

describe('Debian packages of an image', () => {
  it('are those that are installed, and those whose files were taken out of them', () => {
    assert.deepEqual(debianPackages(status, release), [
      {
        name: 'libc6',
        version: '2.41-12+deb13u1',
        purl: 'pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64&distro=debian-13',
        supplier: 'Organization: Debian',
        source: "built from Debian's source package glibc 2.41-12+deb13u1",
      },
      {
        name: 'login',
        version: '1:4.16.0-2+really2.41-5',
        purl: 'pkg:deb/debian/login@1:4.16.0-2%2Breally2.41-5?arch=amd64&distro=debian-13',
        supplier: 'Organization: Debian',
        source: "built from Debian's source package shadow 1:4.17.4-2",
      },
      {
        name: 'memcached',
        version: '1.6.38-1',
        purl: 'pkg:deb/debian/memcached@1.6.38-1?arch=amd64&distro=debian-13',
        supplier: 'Organization: Debian',
        source: "built from Debian's source package memcached 1.6.38-1",
      },
    ]);
  });

  it('are none without records, and of no release that is not known', () => {
    assert.deepEqual(debianPackages('', ''), []);
    const [one] = debianPackages('Package: a\nVersion: 1\nArchitecture: all', '');
    assert.equal(one?.purl, 'pkg:deb/debian/a@1?arch=all');
  });

  it('without a version are an error and not left out', () => {
    assert.throws(
      () => debianPackages('Package: a\nArchitecture: all\n', release),
      /package a has no version/,
    );
  });

  const root = fileURLToPath(new URL('../..', import.meta.url));
  for (const file of globSync('images/*/Containerfile', { cwd: root }))
    it(`are recorded in ${file} where files are taken out of them`, () => {
      const text = readFileSync(`${root}/${file}`, 'utf8');
      const takes = text.includes('dpkg-deb --extract');
      const records =
        text.includes('dpkg-deb --field "$package" > "/status.d/${package%%_*}"') &&
        /^COPY --from=\w+ \/status\.d \/var\/lib\/dpkg\/status\.d$/m.test(text);
      assert.equal(records, takes);
    });
});
