import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RootHookObject } from 'mocha';

const main = fileURLToPath(new URL('../cluster/main.ts', import.meta.url));

/** Starts a cluster of three nodes, or mends the nodes of the one that runs; one of another size is refused. */
export const mochaHooks: RootHookObject = {
  beforeAll(this: Mocha.Context) {
    // A first start builds Kubernetes.
    this.timeout(3_600_000);
    const { status } = spawnSync(process.execPath, [main, 'up', '--nodes', '3'], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the test cluster has no three nodes');
  },
};
