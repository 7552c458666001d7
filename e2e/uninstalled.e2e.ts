import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inCluster, inShell, operatorNamespace, release } from './operator.ts';
import { visitedSite } from './support/availability/visited-site.ts';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { owned, ownersOfClaims } from './support/data.ts';
import { loads } from './support/load.ts';
import { applyAndWait, operator, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';

const page = readFileSync(new URL('../docs/use/upgrades.md', import.meta.url), 'utf8');

/** What becomes of data is Kubernetes' business: the operator may be away, or be gone for ever. */
describe('the end of a site', function () {
  this.timeout(240_000);
  operator();
  const load = loads();
  const ns = namespace('story-uninstalled');
  const whole = namespace('story-uninstalled-whole');
  let good = '';

  const scaled = async (replicas: number): Promise<void> => {
    const place = ['-n', operatorNamespace];
    await inCluster('kubectl', ['scale', `deployment/${release}`, ...place, `--replicas=${replicas}`]);
    if (replicas > 0) {
      await inCluster('kubectl', ['rollout', 'status', `deployment/${release}`, ...place, '--timeout=2m']);
      return;
    }
    await eventually('no operator runs', 60, async () =>
      (await kubectl(['get', 'pods', ...place, '-o', 'name'])).trim() === '' ? true : undefined,
    );
  };
  const withData = (name: string, spec: Record<string, unknown> = {}): object =>
    smallSite(name, good, { database: smallDatabase, files: { size: '20Mi' }, ...spec });
  const left = async (name: string): Promise<string> =>
    kubectl(['get', 'pvc,secrets', '-n', ns, '-l', `app.kubernetes.io/instance=${name}`, '-o', 'name']);

  before(async () => {
    good = await image('node-example-1');
    await Promise.all([
      applyAndWait(ns, withData('going', { deletionPolicy: 'Delete' })),
      applyAndWait(ns, withData('staying', { deletionPolicy: 'Delete' })),
      applyAndWait(whole, withData('whole', { deletionPolicy: 'Delete' })),
    ]);
    await Promise.all([owned(ns, 'going'), owned(ns, 'staying'), owned(whole, 'whole')]);
  });
  after(() => scaled(1));

  it('needs no operator: with Delete, volumes and credentials go', async () => {
    await scaled(0);
    await kubectl(['delete', 'hostedsite', 'going', '-n', ns, '--timeout=60s']);
    await eventually('its data is gone', 60, async () =>
      (await left('going')).trim() === '' ? true : undefined,
    );
  });

  it('needs no operator: a namespace goes', async () => {
    await kubectl(['delete', 'namespace', whole, '--wait', '--timeout=90s']);
  });

  it('is refused while the policy is not in force', async () => {
    const change = '{"spec":{"deletionPolicy":"Retain"}}';
    await kubectl(['patch', 'hostedsite', 'staying', '-n', ns, '--type=merge', '-p', change]);
    await assert.rejects(
      kubectl(['delete', 'hostedsite', 'staying', '-n', ns, '--wait=false']),
      /kubectl wait hostedsite\/staying -n story-uninstalled --for=jsonpath=\{\.status\.deletionPolicy\}=Retain/,
    );
  });

  it('leaves the data once Retain is in force, and a site of the name finds it', async () => {
    await scaled(1);
    const inPod = ['exec', '-n', ns, 'deployment/staying-web', '-c', 'application', '--', 'node'];
    await kubectl([...inPod, '-e', `fs.writeFileSync('/data/word', 'kept')`]);
    const promised = '--for=jsonpath={.status.deletionPolicy}=Retain';
    await kubectl(['wait', 'hostedsite/staying', '-n', ns, promised, '--timeout=60s']);
    const before = await left('staying');
    await kubectl(['delete', 'hostedsite', 'staying', '-n', ns, '--timeout=60s']);
    await applyAndWait(ns, withData('staying'));
    assert.equal(await left('staying'), before);
    assert.equal(await kubectl([...inPod, '-p', `fs.readFileSync('/data/word', 'utf8')`]), 'kept\n');
  });

  it('that is orphaned and made again is not noticed by visitors, and restarts nothing', async () => {
    const shop = await visitedSite(ns, 'orphan', { database: smallDatabase, deletionPolicy: 'Delete' });
    await owned(ns, 'orphan');
    const text = await kubectl(['get', 'hostedsite', 'orphan', '-n', ns, '-o', 'json']);
    const { spec } = JSON.parse(text) as { spec: object };
    const pods = await shop.pods();
    const visitors = await load(shop.host);
    await visitors.more(40);
    await kubectl(['delete', 'hostedsite', 'orphan', '-n', ns, '--cascade=orphan', '--timeout=60s']);
    await apply(ns, {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      metadata: { name: 'orphan' },
      spec,
    });
    await wait(ns, 'orphan', 'Ready');
    await owned(ns, 'orphan');
    await visitors.more(80);
    assert.deepEqual((await visitors.stop()).failed, []);
    assert.deepEqual(await shop.pods(), pods);
  });

  it('of an earlier version takes no volume along, after the command of the page', async () => {
    const [, command = ''] = /^## Data and earlier versions.*?```sh\n(.*?)```/ms.exec(page) ?? [];
    const all = '--all-namespaces';
    assert.ok(command.includes(all), 'the page has no command');
    await scaled(0);
    await inShell(command.replace(all, `-n ${ns}`));
    assert.deepEqual(await ownersOfClaims(ns, 'orphan'), ['', '']);
    await scaled(1);
  });
});
