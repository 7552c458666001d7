import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYAML } from '../../operator/api/yaml.ts';
import { wantedHealth } from '../../operator/testing/health/argo-cd.ts';
import type { Seen } from '../../operator/testing/health/kstatus.ts';
import { siteStates, sweptSites } from '../../operator/testing/health/site-states.ts';
import { withEdits } from '../../operator/testing/health/state.ts';
import { sweptTasks, taskStates } from '../../operator/testing/health/task-states.ts';
import { checkout } from '../cluster/instance.ts';
import { health } from './lua.ts';
import type { HealthStatus } from './lua.ts';

const folder = (kind: string): string =>
  join(checkout, 'ci/argo-cd/resource_customizations/hostedsite.dev', kind);
const read = (kind: string, path: string): string => readFileSync(join(folder(kind), path), 'utf8');

interface Test {
  healthStatus: HealthStatus;
  inputPath: string;
}

/** What Argo CD's own test does with the folders of resource_customizations, and what kstatus says of many more states. */
describe('the health that Argo CD shows', function () {
  this.timeout(120_000);

  const swept: Readonly<Record<string, () => Promise<Seen[]>>> = {
    HostedSite: async () => [...(await siteStates()).map(({ seen }) => seen), ...(await sweptSites())],
    SiteTask: async () => [...(await taskStates()).map(({ seen }) => seen), ...sweptTasks()],
  };

  for (const [kind, states] of Object.entries(swept)) {
    const script = read(kind, 'health.lua');

    it(`of a ${kind} is what its tests say`, async () => {
      const { tests } = readYAML(read(kind, 'health_test.yaml')) as { tests: Test[] };
      const objects = tests.map(({ inputPath }) => readYAML(read(kind, inputPath)) as Seen);
      const told = await health(script, objects);
      assert.deepEqual(
        told.map((healthStatus, index) => ({ healthStatus, inputPath: tests[index]?.inputPath })),
        tests,
      );
    });

    it(`of a ${kind} agrees with kstatus, whatever has happened to it`, async () => {
      const all = withEdits(await states());
      const told = await health(script, all);
      assert.ok(all.length > 100);
      for (const [index, seen] of all.entries()) {
        const { metadata, status } = seen;
        assert.equal(told[index]?.status, wantedHealth(seen), JSON.stringify([metadata, status]));
      }
    });

    it(`of a ${kind} of which nobody has said anything is that it waits`, async () => {
      const metadata = { name: 'shop', namespace: 'customer-a', generation: 1 };
      const bare: Seen = { apiVersion: 'hostedsite.dev/v1alpha1', kind, metadata, spec: {} };
      const waits = { status: 'Progressing', message: 'Waiting for the operator.' };
      const empty = { ...bare, status: { observedGeneration: 1, conditions: [] } };
      assert.deepEqual(await health(script, [bare, { ...bare, status: {} }, empty]), [waits, waits, waits]);
    });
  }

  it('is told by scripts that have no more than Argo CD gives them', async () => {
    const [object] = (await siteStates()).map(({ seen }) => seen);
    const says = (expression: string): Promise<HealthStatus[]> =>
      health(`return { status = "Healthy", message = ${expression} }`, object === undefined ? [] : [object]);
    assert.deepEqual(await says('obj.metadata.name'), [{ status: 'Healthy', message: 'shop' }]);
    for (const missing of ['os.time()', 'io.read()', 'string.rep("a", 2)', '("a"):rep(2)', 'math.pi + 1'])
      await assert.rejects(says(missing), /health\.lua:1: attempt to/, missing);
  });
});
