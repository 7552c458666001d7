import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import { plainImage } from './support/plain-image.ts';
import {
  applyAndWait,
  children,
  condition,
  operator,
  site,
  stalledFor,
  takenUp,
  wait,
} from './support/site.ts';
import { smallSite } from './support/small-site.ts';
import { removeStorageClass, storageClass } from './support/storage-class.ts';

/** What a person writes into a site that serves: it is told what is wrong, and what runs is left alone. */
describe('a bad change of a site that serves', function () {
  operator();
  const ns = namespace('story-bad-change');
  let good = '';
  let root = '';
  const fixedClass = 'story-bad-change';
  const laterIngressClass = 'story-bad-change';

  async function removeClasses(): Promise<void> {
    await removeStorageClass(fixedClass);
    await kubectl(['delete', 'ingressclass', laterIngressClass, '--ignore-not-found']);
  }
  after(removeClasses);
  const files = { size: '20Mi', storageClassName: fixedClass };
  let pod = '';
  const steady = (spec: Record<string, unknown> = {}): object =>
    smallSite('steady', good, { files, ...spec });

  before(async () => {
    await removeClasses();
    good = await image('node-example-1');
    root = await plainImage('root');
    await storageClass(fixedClass, false);
    await applyAndWait(ns, steady());
    await takenUp('steady.example');
    pod = await servingPod();
  });

  async function servingPod(): Promise<string> {
    const selector = 'app.kubernetes.io/instance=steady';
    return kubectl(['get', 'pods', '-n', ns, '-l', selector, '-o', 'jsonpath={.items[*].metadata.uid}']);
  }

  async function servesOn(): Promise<void> {
    assert.equal((await request('steady.example', '/version')).body, '1\n');
    assert.ok((await servingPod()).split(' ').includes(pod), 'the pod is another one');
    const { status } = await site(ns, 'steady').then((object) => condition(object, 'Available')!);
    assert.equal(status, 'True');
  }

  async function recovers(spec: Record<string, unknown> = {}): Promise<void> {
    await applyAndWait(ns, steady(spec));
    assert.equal(condition(await site(ns, 'steady'), 'Stalled'), undefined);
    assert.equal(await servingPod(), pod);
  }

  const held: Record<string, { spec: Record<string, unknown>; reason: string; wayOut: RegExp }> = {
    'asks for two replicas on a ReadWriteOnce volume': {
      spec: { replicas: 2 },
      reason: 'AccessModeConflict',
      wayOut: /Write replicas: 1/,
    },
    'names an IngressClass that does not exist': {
      spec: { route: { ingressClassName: laterIngressClass } },
      reason: 'IngressClassNotFound',
      wayOut: /Name one in spec\.route\.ingressClassName/,
    },
  };
  for (const [what, { spec, reason, wayOut }] of Object.entries(held)) {
    it(`is left as it is when it ${what}, and goes on when that is taken back`, async () => {
      const before = await children(ns, 'steady');
      await apply(ns, steady(spec));
      assert.match(await stalledFor(ns, 'steady', reason), wayOut);
      assert.deepEqual(await children(ns, 'steady'), before);
      await servesOn();
      await recovers();
    });
  }

  it('goes on by itself when the IngressClass that it names is made', async () => {
    const route = { ingressClassName: laterIngressClass };
    await apply(ns, steady({ route }));
    await stalledFor(ns, 'steady', 'IngressClassNotFound');
    const spec = { controller: 'traefik.io/ingress-controller' };
    await apply(ns, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: laterIngressClass },
      spec,
    });
    await wait(ns, 'steady', 'Ready', 30);
    assert.equal(await servingPod(), pod);
    await recovers();
  });

  const rolled: Record<string, { broken: () => Record<string, unknown>; reason: string; wayOut: RegExp }> = {
    'an image that runs as root': {
      broken: () => ({ image: root }),
      reason: 'ConfigurationRejected',
      wayOut: /runs as root; build it with another user, such as USER 10001/,
    },
    'an image that cannot be pulled': {
      broken: () => ({ image: 'localhost/hostedsite/no-such-image:1' }),
      reason: 'ImagePullFailed',
      wayOut: /no-such-image:1 .* cannot be pulled\. .*(spec\.imagePullSecrets|cannot be reached|[Cc]orrect)/,
    },
  };
  for (const [what, { broken, reason, wayOut }] of Object.entries(rolled)) {
    it(`serves on when it is given ${what}, and goes back`, async () => {
      await apply(ns, steady(broken()));
      assert.match(await stalledFor(ns, 'steady', reason), wayOut);
      await servesOn();
      await recovers();
    });
  }

  it('is held where the StorageClass lets no volume grow, and goes on by itself when it does', async () => {
    const before = await children(ns, 'steady');
    await apply(ns, steady({ files: { ...files, size: '30Mi' } }));
    const message = await stalledFor(ns, 'steady', 'VolumeRejected');
    assert.match(message, /lets no volume grow, .* allowVolumeExpansion: true/);
    assert.deepEqual(await children(ns, 'steady'), before);
    await servesOn();
    await storageClass(fixedClass, true);
    await eventually('the claim asks for more', 30, async () => {
      const path = 'jsonpath={.spec.resources.requests.storage}';
      const asked = await kubectl(['get', 'pvc', 'steady-files', '-n', ns, '-o', path]);
      return asked === '30Mi' ? true : undefined;
    });
    assert.equal(condition(await site(ns, 'steady'), 'Stalled'), undefined);
    await servesOn();
  });
});
