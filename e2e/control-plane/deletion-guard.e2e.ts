import assert from 'node:assert/strict';
import { join } from 'node:path';
import { kindsServed } from '../cluster/addons.ts';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

const refusal =
  /spec\.deletionPolicy is Retain, but that is not in force yet.*kubectl wait hostedsite\/shop/s;

/** The chart's policy for data that is on its way to Retain, at a real API server. */
describe('a policy that guards the data of sites', function () {
  this.timeout(120_000);
  const start = controlPlanes();
  let plane: ControlPlane;
  let kubectlProgram: string;

  const kubectl = (args: readonly string[], input = ''): Promise<string> =>
    run(kubectlProgram, [`--kubeconfig=${plane.kubeconfig}`, ...args], { input });
  const site = async (
    deletionPolicy: string | undefined,
    inForce: string | undefined,
    namespace = 'default',
  ): Promise<void> => {
    const spec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
    const object = {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      metadata: { name: 'shop', namespace },
      spec: deletionPolicy === undefined ? spec : { ...spec, deletionPolicy },
    };
    await kubectl(['apply', '-f', '-'], JSON.stringify(object));
    if (inForce === undefined) return;
    const status = JSON.stringify({ status: { deletionPolicy: inForce } });
    const shop = ['hostedsite', 'shop', '-n', namespace];
    await kubectl(['patch', ...shop, '--subresource=status', '--type=merge', '-p', status]);
  };
  const removed = (namespace = 'default'): Promise<string> =>
    kubectl(['delete', 'hostedsite', 'shop', '-n', namespace, '--ignore-not-found']);

  before(async () => {
    const programs = builtPrograms();
    kubectlProgram = join(programs.get('kubernetes') ?? '', 'kubectl');
    plane = await start({ controllers: false });
    const crd = join(checkout, 'crds/hostedsites.yaml');
    await kubectl(['apply', '--server-side', '-f', crd]);
    await kindsServed(kubectl);
    const rendered = await run(join(programs.get('helm') ?? '', 'helm'), [
      ...['template', 'test', join(checkout, 'charts/hostedsite-operator'), '--namespace', 'hosting'],
      ...['--show-only', 'templates/deletion-guard.yaml'],
    ]);
    await kubectl(['apply', '-f', '-'], rendered);
    await until('the policy is in force', 30, async () => {
      await site('Retain', 'Delete');
      return removed().then(
        () => undefined,
        (error: unknown) => (refusal.test(String(error)) ? true : undefined),
      );
    });
  });

  it('refuses a deletion before Retain is in force, also by the default', async () => {
    for (const policy of ['Retain', undefined]) {
      await site(policy, 'Delete');
      await assert.rejects(removed(), refusal);
    }
  });

  it('lets the end of a namespace through', async () => {
    await kubectl(['create', 'namespace', 'ending']);
    await site('Retain', 'Delete', 'ending');
    await assert.rejects(removed('ending'), refusal);
    // Nobody ends it here: it stays as it is then.
    await kubectl(['delete', 'namespace', 'ending', '--wait=false']);
    await removed('ending');
  });

  const free: [string | undefined, string | undefined][] = [
    ['Retain', 'Retain'],
    ['Delete', 'Delete'],
    ['Delete', 'Retain'],
    ['Retain', undefined],
    [undefined, undefined],
  ];
  for (const [policy, inForce] of free) {
    it(`lets a site go with ${policy ?? 'no policy'} while ${inForce ?? 'nothing'} is in force`, async () => {
      await site(policy, inForce);
      await removed();
    });
  }
});
