import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { foreignObjects, stateOf } from './support/foreign.ts';
import type { Foreign } from './support/foreign.ts';
import { metrics, operatorPods, restarts, sum } from './support/operator-process.ts';
import type { Metrics } from './support/operator-process.ts';
import { plainImage } from './support/plain-image.ts';
import { applyAndWait, children, condition, operator, site, stalledFor, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';
import { removeStorageClass, storageClass } from './support/storage-class.ts';

/** The operator looks again at what it was refused after 60 s. */
const recheck = 90;

/** Sites that cannot be as they are written, many at once. */
describe('sites that never came up', function () {
  operator();
  const ns = namespace('story-bad-input');
  let good = '';
  const images = { root: '', word: '' };
  const laterClass = 'story-bad-input-later';

  let taken: Record<string, Foreign> = {};
  let untouched: Record<string, string> = {};
  const secret = 'later';
  const stalling: Record<string, { spec: () => Record<string, unknown>; reason: string; message: RegExp }> = {
    'no-image': {
      spec: () => ({ image: 'localhost/hostedsite/no-such-image:1' }),
      reason: 'ImagePullFailed',
      message: /cannot be pulled/,
    },
    'as-root': {
      spec: () => ({ image: images.root }),
      reason: 'ConfigurationRejected',
      message: /runs as root/,
    },
    'user-by-word': {
      spec: () => ({ image: images.word }),
      reason: 'ConfigurationRejected',
      message: /names its user by a word; build it with a number, such as USER 10001/,
    },
    'no-secret': {
      spec: () => ({ web: { envFrom: [{ secretRef: { name: secret } }] } }),
      reason: 'ConfigurationRejected',
      message: /the Secret later does not exist/,
    },
    'no-storage-class': {
      spec: () => ({ files: { size: '20Mi', storageClassName: laterClass } }),
      reason: 'StorageClassNotFound',
      message:
        /The StorageClass story-bad-input-later .*does not exist\. Name one in spec\.files\.storageClassName/,
    },
    'two-replicas': {
      spec: () => ({ replicas: 2, files: { size: '20Mi' } }),
      reason: 'AccessModeConflict',
      message: /Write replicas: 1/,
    },
  };
  const takenNames = Object.keys(foreignObjects(''));
  const everySite = (): string[] => ['steady', ...Object.keys(stalling), ...takenNames];

  after(() => removeStorageClass(laterClass));
  before(async () => {
    await removeStorageClass(laterClass);
    good = await image('node-example-1');
    images.root = await plainImage('root');
    images.word = await plainImage('user-by-word', 'www-data');
    await applyAndWait(ns, smallSite('steady', good));
    taken = foreignObjects(await configurationOf('taken-configuration'));
    await apply(ns, ...Object.values(taken).map(({ object }) => object));
    await eventually('the controller has seen the foreign Deployment', 20, async () => {
      const path = 'jsonpath={.status.observedGeneration}';
      return (
        (await kubectl(['get', 'deployment', 'taken-deployment-web', '-n', ns, '-o', path])) || undefined
      );
    });
    untouched = await states();
    const broken = Object.entries(stalling).map(([name, { spec }]) => smallSite(name, good, spec()));
    const inTheWay = takenNames.map((name) => smallSite(name, good, extras(name)));
    await apply(ns, ...broken, ...inTheWay);
  });

  /** A cache's configuration names the hosts of its site: what it is called is seen when the site is there once. */
  async function configurationOf(name: string): Promise<string> {
    await applyAndWait(ns, smallSite(name, good));
    const [map = ''] = [...(await children(ns, name)).keys()].filter((child) =>
      child.startsWith('ConfigMap/'),
    );
    await kubectl(['delete', 'hostedsite', name, '-n', ns]);
    await eventually('all of it is gone', 60, async () =>
      (await children(ns, name)).size === 0 ? true : undefined,
    );
    return map.slice(-10);
  }

  function extras(name: string): Record<string, unknown> {
    if (name === 'taken-claim') return { files: { size: '20Mi' } };
    return name === 'taken-secret' ? { database: smallDatabase } : {};
  }

  async function states(): Promise<Record<string, string>> {
    const entries = Object.entries(taken).map(async ([name, one]) => [name, await stateOf(ns, one)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  for (const [name, { reason, message }] of Object.entries(stalling)) {
    it(`say why and what to do: ${name}`, async () => {
      assert.match(await stalledFor(ns, name, reason), message);
      const object = await site(ns, name);
      assert.equal(condition(object, 'Ready')?.status, 'False');
      assert.equal(condition(object, 'Reconciling'), undefined);
    });
  }

  /** What nobody can look at, and what only its labels say, may be the site's: then its owner has to say so. */
  const whose: Readonly<Record<string, string>> = {
    'taken-secret': 'exists, and the operator may not read whose it is',
    'taken-labels': 'has the labels of this site, but no owner, and the operator has not written it',
  };
  for (const name of takenNames) {
    it(`leave untouched what belongs to somebody else: ${name}`, async () => {
      const { kind, name: child } = taken[name]!;
      const message = await stalledFor(ns, name, 'NameTaken');
      const [, why = ''] =
        new RegExp(`^The ${kind} ${child} (.*); it stays untouched\\. .*delete it`).exec(message) ?? [];
      assert.equal(why, whose[name] ?? 'exists and is not of this site', message);
      assert.equal(await stateOf(ns, taken[name]!), untouched[name]);
    });
  }

  it('do not keep the operator busy', async () => {
    const [pod] = await operatorPods();
    const look = async (): Promise<Metrics> => metrics(pod!.metadata.name);
    const pause = (seconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, seconds * 1000));
    // What has just been applied is still coming up.
    await eventually('the operator has come to rest', 90, async () => {
      const passes = sum(await look(), 'controller_runtime_reconcile_total');
      await pause(5);
      return sum(await look(), 'controller_runtime_reconcile_total') === passes ? true : undefined;
    });
    const first = await look();
    await pause(30);
    const second = await look();
    const grown = (name: string, labels?: RegExp): number =>
      sum(second, name, labels) - sum(first, name, labels);
    const passes = grown('controller_runtime_reconcile_total');
    assert.ok(passes < 3 * everySite().length, `${passes} passes for ${everySite().length} sites`);
    assert.equal(grown('controller_runtime_reconcile_errors_total'), 0);
    // The Lease is renewed by PUT; a dry run of a Secret that is taken is answered 409.
    assert.equal(grown('rest_client_requests_total', /method="(PATCH|DELETE)"|method="POST",code="2/), 0);
    assert.equal(await restarts(), 0);
    assert.deepEqual(await states(), untouched);
  });

  it('go on by themselves when what was missing is made', async () => {
    await storageClass(laterClass, false);
    await apply(ns, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secret },
      stringData: { A: 'a' },
    });
    await wait(ns, 'no-storage-class', 'Ready', 60);
    await wait(ns, 'no-secret', 'Ready', 60);
  });

  it('come up when they are corrected', async () => {
    const corrected = ['no-image', 'as-root', 'user-by-word', 'two-replicas'];
    await apply(
      ns,
      ...corrected.map((name) =>
        smallSite(name, good, name === 'two-replicas' ? { files: { size: '20Mi' }, replicas: 1 } : {}),
      ),
    );
    for (const name of corrected) {
      await wait(ns, name, 'Ready', 60);
      assert.equal(condition(await site(ns, name), 'Stalled'), undefined);
    }
    await kubectl(['delete', 'hostedsite', ...Object.keys(stalling), '-n', ns, '--wait=false']);
  });

  it(`go on by themselves within ${recheck} s when the foreign objects are gone`, async () => {
    for (const { kind, name } of Object.values(taken))
      await kubectl(['delete', kind, name, '-n', ns, '--wait=false']);
    for (const name of takenNames) await wait(ns, name, 'Ready', recheck);
    assert.equal(await restarts(), 0);
  });
});
