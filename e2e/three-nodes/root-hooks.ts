import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RootHookObject } from 'mocha';
import { allPrograms, builtPrograms } from '../cluster/programs.ts';

const main = fileURLToPath(new URL('../cluster/main.ts', import.meta.url));

/** Starts a cluster of three nodes, or mends the nodes of the one that runs; one of another size is refused. */
export const mochaHooks: RootHookObject = {
  beforeAll(this: Mocha.Context) {
    this.timeout(600_000);
    builtPrograms(allPrograms);
    const { status } = spawnSync(process.execPath, [main, 'up', '--nodes', '3'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the test cluster has no three nodes');
  },
};
