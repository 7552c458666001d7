import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Imports a module in a process of its own and prints which packages came with it. */
const program = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    resolve(specifier, context, next) {
      if (/^[@a-z]/.test(specifier) && !specifier.startsWith('node:')) packages.add(specifier);
      return next(specifier, context);
    },
  });
  await import(process.argv[1]);
  console.log(JSON.stringify([...packages]));
`;

describe('the official client', () => {
  it('is not loaded with the operator: it costs half a second and 80 MB', async () => {
    const modules = ['./api-client.ts', './api-cluster.ts', '../watch/watches.ts', '../leader/leader.ts'];
    for (const module of modules) {
      const url = new URL(module, import.meta.url).href;
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '--eval',
        program,
        url,
      ]);
      const packages = JSON.parse(stdout) as string[];
      assert.ok(!packages.some((name) => name.startsWith('@kubernetes/')), String(packages));
      if (module === './api-client.ts') assert.ok(packages.includes('undici'), 'the check sees packages');
    }
  }).timeout(60_000);
});
