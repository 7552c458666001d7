import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RootHookObject } from 'mocha';
import { currentInstance, servesStories } from '../cluster/lifecycle.ts';
import { allPrograms, builtPrograms } from '../cluster/programs.ts';

const main = fileURLToPath(new URL('../cluster/main.ts', import.meta.url));

/**
 * Starts the cluster unless it is up; it stays up, for the next run and for a look at what failed. Programs that are not built
 * are told and not built: that takes longer than any test waits.
 */
export const mochaHooks: RootHookObject = {
  async beforeAll(this: Mocha.Context) {
    this.timeout(600_000);
    builtPrograms(allPrograms);
    if (await servesStories(currentInstance())) return;
    const { status } = spawnSync(process.execPath, [main, 'up'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the test cluster did not start');
  },
};
