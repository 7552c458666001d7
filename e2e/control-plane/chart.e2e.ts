import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kindsServed } from '../cluster/addons.ts';
import { run } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { installFile } from '../../tools/install-file.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

const chart = join(checkout, 'charts/hostedsite-operator');
const namespaces = ['hosting', 'customer-a', 'customer-b'];

/** What the chart renders, at a real API server, which refuses what it does not know and pods that are not restricted. */
describe('the chart at the API server', function () {
  this.timeout(120_000);
  const start = controlPlanes();
  let plane: ControlPlane;
  let programs: ReadonlyMap<string, string>;

  const kubectl = (args: readonly string[], input = ''): Promise<string> =>
    run(join(programs.get('kubernetes') ?? '', 'kubectl'), [`--kubeconfig=${plane.kubeconfig}`, ...args], {
      input,
    });
  const helm = (args: readonly string[]): Promise<string> =>
    run(join(programs.get('helm') ?? '', 'helm'), args);
  /** A warning is what Pod Security says of the pod of a Deployment. */
  const asked = (input: string, ...more: string[]): Promise<string> =>
    kubectl(
      ['apply', '--server-side', '--warnings-as-errors', '--validate=strict', ...more, '-f', '-'],
      input,
    );

  before(async () => {
    programs = builtPrograms();
    plane = await start({ controllers: false });
    const crds = globSync('crds/*.yaml', { cwd: checkout }).map(
      (name) => `--filename=${join(checkout, name)}`,
    );
    await kubectl(['apply', '--server-side', '--force-conflicts', ...crds]);
    await kindsServed(kubectl);
    for (const name of namespaces) await kubectl(['apply', '-f', '-'], JSON.stringify(restricted(name)));
  });

  const variants = globSync('ci/*-values.yaml', { cwd: chart }).sort();

  it('has variants', () => assert.ok(variants.length >= 7));

  for (const variant of variants) {
    it(`takes what comes of ${basename(variant)}`, async () => {
      const where = ['--namespace', 'hosting', '--values', join(chart, variant)];
      await helm(['lint', '--strict', chart, '--values', join(chart, variant)]);
      const rendered = await helm(['template', 'hostedsite-operator', chart, ...where]);
      const said = await asked(rendered, '--dry-run=server', '--force-conflicts');
      assert.match(said, /deployment\.apps\/\S+ serverside-applied \(server dry run\)/);
      assert.equal(said.trim().split('\n').length, rendered.match(/^kind: /gm)?.length);
    });
  }

  it('refuses what is none of them', async () => {
    const rendered = await helm(['template', 'x', chart, '--namespace', 'hosting']);
    const misspelt = rendered.replaceAll('enableServiceLinks', 'serviceLinks');
    await assert.rejects(asked(misspelt, '--dry-run=server', '--force-conflicts'), /serviceLinks/);
    const lax = rendered.replaceAll('runAsNonRoot: true', 'runAsNonRoot: false');
    await assert.rejects(asked(lax, '--dry-run=server', '--force-conflicts'), /restricted/);
  });

  it('is installed by one file, and again by the next, and is then Helm’s to take', async () => {
    const settings = { registry: 'registry.example.org/hostedsite', namespace: 'hostedsite-system' };
    const file = await installFile(settings, helm);
    assert.match(file, /image: "registry\.example\.org\/hostedsite\/operator:/);
    assert.doesNotMatch(file, /helm\.sh\/hook/);
    const first = await asked(file, '--force-conflicts');
    assert.match(first, /^namespace\/hostedsite-system serverside-applied/);
    assert.match(first, /customresourcedefinition\S* serverside-applied/);
    const deployed = async (): Promise<object> => {
      const where = ['deployment', 'hostedsite-operator', '-n', settings.namespace, '-o', 'json'];
      const { spec } = JSON.parse(await kubectl(['get', ...where])) as { spec: object };
      return spec;
    };
    const before = await deployed();
    await asked(file);
    assert.deepEqual(await deployed(), before);
    await helm([
      ...['upgrade', '--install', 'hostedsite-operator', chart, '--namespace', settings.namespace],
      ...['--set', `registry=${settings.registry}`, '--take-ownership', '--force-conflicts'],
      `--kubeconfig=${plane.kubeconfig}`,
    ]);
    assert.deepEqual(await deployed(), before);
  });
});

function restricted(name: string): object {
  const levels = ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: Object.fromEntries(levels) } };
}
