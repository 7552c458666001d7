import assert from 'node:assert/strict';
import { join } from 'node:path';
import { kindsServed } from '../cluster/addons.ts';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

const chart = join(checkout, 'charts/hosted-site');
type Status = 'True' | 'False' | 'Unknown';

/** `helm --wait` at a real API server, with whoever writes statuses in place of the operator. */
describe('helm waits for a site', function () {
  this.timeout(120_000);
  const start = controlPlanes();
  let plane: ControlPlane;
  let programs: ReadonlyMap<string, string>;

  const kubectl = (args: readonly string[], input = ''): Promise<string> =>
    run(join(programs.get('kubernetes') ?? '', 'kubectl'), [`--kubeconfig=${plane.kubeconfig}`, ...args], {
      input,
    });
  /** Resolves with undefined, or with what helm says against it. */
  const released = (name: string, seconds: number, ...more: string[]): Promise<string | undefined> =>
    run(join(programs.get('helm') ?? '', 'helm'), [
      ...['upgrade', '--install', name, chart, `--kubeconfig=${plane.kubeconfig}`],
      ...['--set', `spec.image=registry.example.org/shop:1,spec.hosts={${name}.example}`, ...more],
      ...['--wait', '--timeout', `${seconds}s`],
    ]).then(() => undefined, String);
  const generation = async (name: string): Promise<number> =>
    Number(await kubectl(['get', 'hostedsite', name, '-o', 'jsonpath={.metadata.generation}']));

  /** What the operator would say of the newest generation. */
  async function says(name: string, conditions: Readonly<Record<string, Status>>): Promise<void> {
    const observedGeneration = await generation(name);
    const all = Object.entries(conditions).map(([type, status]) => ({
      ...{ type, status, observedGeneration, lastTransitionTime: '2026-01-01T00:00:00Z' },
      ...{ reason: 'Said', message: `${type} is ${status}` },
    }));
    const status = JSON.stringify({ status: { observedGeneration, conditions: all } });
    await kubectl(['patch', 'hostedsite', name, '--subresource=status', '--type=merge', '-p', status]);
  }

  async function isThere(name: string, newest = 1): Promise<void> {
    await until(`${name} is there`, 30, async () => ((await generation(name)) === newest ? true : undefined));
  }

  before(async () => {
    programs = builtPrograms();
    plane = await start({ controllers: false });
    await kubectl(['apply', '--server-side', '-f', join(checkout, 'crds/hostedsites.yaml')]);
    await kindsServed(kubectl);
  });

  it('that no operator has seen yet', async () => {
    const said = await released('unseen', 3);
    assert.match(said ?? '', /HostedSite\/default\/unseen not ready. status: InProgress/);
  });

  it('until it is Ready, and not when it only begins', async () => {
    let isOver = false;
    const end = released('shop', 60).finally(() => (isOver = true));
    await isThere('shop');
    await says('shop', { Ready: 'False', Reconciling: 'True' });
    await kubectl(['get', 'hostedsite', 'shop']);
    assert.equal(isOver, false);
    await says('shop', { Ready: 'True' });
    assert.equal(await end, undefined);
  });

  it('again after a change, though the status still says Ready about the spec before', async () => {
    const said = await released('shop', 3, '--set', 'spec.replicas=2');
    assert.match(said ?? '', /HostedSite\/default\/shop not ready. status: InProgress/);
  });

  it('no longer when it is Stalled, and says why', async () => {
    const began = Date.now();
    const end = released('shop', 110, '--set', 'spec.replicas=3');
    await isThere('shop', 3);
    await says('shop', { Ready: 'False', Stalled: 'True' });
    assert.match(
      (await end) ?? '',
      /HostedSite\/default\/shop not ready. status: Failed, message: Stalled is True/,
    );
    assert.ok(Date.now() - began < 60_000);
  });

  it('also after it was Stalled, for the next spec', async () => {
    const end = released('shop', 60, '--set', 'spec.replicas=4');
    await isThere('shop', 4);
    await says('shop', { Ready: 'True' });
    assert.equal(await end, undefined);
  });

  it('not at all where the API server refuses the spec, in its words', async () => {
    const said = await released('refused', 60, '--set', 'spec.preset=WordPress');
    assert.match(said ?? '', /preset WordPress needs a database: add database: \{engine: MariaDB\}/);
  });
});
