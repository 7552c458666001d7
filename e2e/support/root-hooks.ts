import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RootHookObject } from 'mocha';
import { currentInstance, serves } from '../cluster/lifecycle.ts';

const main = fileURLToPath(new URL('../cluster/main.ts', import.meta.url));

/** Starts the cluster unless it is up; it stays up, for the next run and for a look at what failed. */
export const mochaHooks: RootHookObject = {
  async beforeAll(this: Mocha.Context) {
    // A first start builds Kubernetes.
    this.timeout(3_600_000);
    if (await serves(currentInstance())) return;
    const { status } = spawnSync(process.execPath, [main, 'up'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the test cluster did not start');
  },
};
