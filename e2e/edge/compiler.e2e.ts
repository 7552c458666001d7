import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { varnishContainer } from '../../operator/components/cache/varnish.ts';
import { vcl } from '../../operator/components/cache/vcl/vcl.ts';
import { run } from '../cluster/command.ts';
import { imageRoot } from '../support/image-root.ts';
import { ask } from './exchange.ts';
import { edge, siteAt } from './varnish.ts';

/** What gcc writes into each file that it makes. */
const mark = 'GCC: (';

describe('the compiler of a VCL', function () {
  this.timeout(60_000);
  const front = edge({ preset: 'WordPress' }, (_, response) => {
    response.end('page');
  });

  it('is tcc, and leaves nothing else behind', async () => {
    assert.equal((await ask(front.port, { path: '/' })).body, 'page');
    const made = join(front.varnish.folder, readdirSync(front.varnish.folder).find(isCompiled) ?? '');
    assert.deepEqual(readdirSync(made), ['vgc.so']);
    assert.ok(!readFileSync(join(made, 'vgc.so'), 'latin1').includes(mark));
  });

  it('is gcc where tcc fails', async () => {
    const root = await imageRoot('varnish');
    const folder = mkdtempSync(join(root, 'tmp/compiler-'));
    try {
      writeFileSync(join(folder, 'tcc'), '#!/bin/sh\nexit 1\n');
      chmodSync(join(folder, 'tcc'), 0o755);
      writeFileSync(join(folder, 'site.vcl'), vcl(siteAt({ preset: 'WordPress' }, 8080)));
      const inside = folder.slice(root.length);
      const args = varnishContainer(siteAt({}, 8080), {})['command'] as string[];
      const command = args.find((word) => word.startsWith('cc_command=')) ?? assert.fail();
      const words = ['-j', 'none', '-n', `${inside}/work`, '-p', command, '-C', '-f', `${inside}/site.vcl`];
      const path = `PATH=${inside}:/usr/sbin:/usr/bin:/bin`;
      await run('chroot', [root, 'env', path, 'varnishd', ...words]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function isCompiled(name: string): boolean {
  return name.startsWith('vcl_');
}
