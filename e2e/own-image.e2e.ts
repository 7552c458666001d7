import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { checkout } from './cluster/instance.ts';
import { clusterEnvironment, kubectl } from './support/cluster.ts';
import { operator } from './support/site.ts';
import { isPrinted, steps } from './support/walk.ts';

/** The document, followed word by word: each block of commands is run, and prints what the document says it does. */
describe('docs/use/own-image.md', function () {
  this.bail(true);
  operator();
  const text = readFileSync(join(checkout, 'docs/use/own-image.md'), 'utf8');
  const walk = steps(text);
  const namespaces = new Set(
    [...text.matchAll(/^kind: Namespace\nmetadata:\n {2}name: (\S+)$/gm)].map(([, name]) => name!),
  );

  async function removeNamespaces(): Promise<void> {
    for (const name of namespaces) await kubectl(['delete', 'namespace', name, '--ignore-not-found']);
  }
  before(removeNamespaces);
  after(removeNamespaces);

  it('says what to do, what comes of it, and in which namespaces', () => {
    assert.ok(walk.length > 0 && walk.some(({ expected }) => expected.length > 0));
    assert.ok(namespaces.size > 0);
  });

  for (const { heading, commands, expected } of walk) {
    it(heading, async () => {
      const options = { cwd: checkout, env: await clusterEnvironment(), input: commands, timeout: 170_000 };
      const output = await run('bash', ['-euo', 'pipefail', '-s'], options);
      for (const line of expected) assert.ok(isPrinted(line, output), `not printed: ${line}\n${output}`);
    });
  }
});
