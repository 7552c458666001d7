import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readYAML, writeYAML } from '../../operator/api/yaml.ts';
import { hostedSite } from '../../operator/kinds/hosted-site/index.ts';
import { kinds } from '../../operator/kinds/index.ts';
import { siteStates } from '../../operator/testing/health/site-states.ts';
import { taskStates } from '../../operator/testing/health/task-states.ts';
import { expectGolden } from '../golden.ts';

const root = fileURLToPath(new URL('../../ci/argo-cd', import.meta.url));
const { group } = hostedSite.names;
const scripts = `${root}/resource_customizations/${group}`;
const read = (path: string): string => readFileSync(path, 'utf8');
const states = { HostedSite: siteStates, SiteTask: taskStates } as const;

interface Tests {
  tests: { healthStatus: { status: string; message: string }; inputPath: string }[];
}

describe('what Argo CD is told of our kinds', () => {
  it('is there for every kind', () => {
    const all = kinds.map(({ names }) => names.kind).sort();
    assert.deepEqual(readdirSync(scripts).sort(), all);
    assert.deepEqual(Object.keys(states).sort(), all);
  });

  for (const [kind, statesOf] of Object.entries(states)) {
    it(`is tested with ${kind}s as the operator leaves them`, async () => {
      const found = await statesOf();
      for (const { name, seen } of found)
        expectGolden(`${scripts}/${kind}/testdata/${name}.yaml`, writeYAML(seen));
      const files = found.map(({ name }) => `testdata/${name}.yaml`);
      assert.deepEqual(
        readdirSync(`${scripts}/${kind}/testdata`)
          .map((name) => `testdata/${name}`)
          .sort(),
        [...files].sort(),
      );
      const { tests } = readYAML(read(`${scripts}/${kind}/health_test.yaml`)) as Tests;
      assert.deepEqual(
        tests.map(({ inputPath }) => inputPath),
        files,
      );
      for (const { inputPath, healthStatus } of tests)
        assert.ok(inputPath.startsWith(`testdata/${healthStatus.status.toLowerCase()}_`), inputPath);
    });
  }

  it('is the same in the ConfigMap', () => {
    const data = Object.fromEntries(
      Object.keys(states).map((kind) => [
        `resource.customizations.health.${group}_${kind}`,
        read(`${scripts}/${kind}/health.lua`),
      ]),
    );
    const heading =
      '# The scripts of resource_customizations, as argocd-cm has them. Written by `make golden`.\n';
    expectGolden(`${root}/argocd-cm.yaml`, heading + writeYAML({ data }));
  });
});
