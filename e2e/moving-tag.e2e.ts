import assert from 'node:assert/strict';
import { apply, eventually, kubectl, namespace, request } from './support/cluster.ts';
import { pullSecret, pushed, registry } from './support/registry.ts';
import { applyAndWait, condition, operator, site, stalledFor, takenUp, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** A tag is resolved once for each release: whatever is pushed under it later, the release stays what it is. */
describe('an image whose tag moves', function () {
  operator();
  registry();
  const ns = namespace('story-moving-tag');
  const name = 'moving';
  const imagePullSecrets = [{ name: 'registry' }];
  const rollout = { progressDeadlineSeconds: 10, terminationGracePeriodSeconds: 3 };
  let image = '';
  const moving = (spec: Record<string, unknown> = {}): object =>
    smallSite(name, image, { imagePullSecrets, rollout, cache: { memory: '16Mi', mode: 'Pass' }, ...spec });
  const deployed = (path: string): Promise<string> =>
    kubectl(['get', 'deployment', `${name}-web`, '-n', ns, '-o', `jsonpath={${path}}`]);
  const content = (): Promise<string> => deployed('.spec.template.spec.containers[0].image');
  const selector = `app.kubernetes.io/instance=${name}`;

  /** What every pod answers: each request goes to one of them. */
  async function versions(): Promise<string[]> {
    const answers = new Set<string>();
    for (let visit = 0; visit < 10; visit += 1) {
      const { status, body } = await request(`${name}.example`, `/version?${visit}`);
      assert.equal(status, 200);
      answers.add(body.trimEnd());
    }
    return [...answers];
  }

  async function webPods(): Promise<string[]> {
    const path = 'jsonpath={.items[*].metadata.name}';
    const labels = `${selector},app.kubernetes.io/component=web`;
    return (await kubectl(['get', 'pods', '-n', ns, '-l', labels, '-o', path])).split(' ').sort();
  }

  before(async () => {
    image = await pushed('private-example-1', 'shop:moving');
    await apply(ns, pullSecret('registry'));
    await applyAndWait(ns, moving());
    await takenUp(`${name}.example`);
  });

  it('runs by its digest, and is told by its tag', async () => {
    const repository = image.replace(/:moving$/, '');
    const running = await content();
    assert.ok(running.startsWith(`${repository}@sha256:`), running);
    const object = await site(ns, name);
    assert.equal(object.status?.release?.running?.image, image);
    assert.ok(condition(object, 'ImageResolved')?.message.includes(running));
    const path = 'jsonpath={.items[0].data.image} {.items[0].data.resolvedImage}';
    const stored = await kubectl(['get', 'controllerrevisions', '-n', ns, '-l', selector, '-o', path]);
    assert.equal(stored, `${image} ${running}`);
    await eventually('the pod that asked is gone', 10, async () => {
      const labels = `${selector},app.kubernetes.io/component=image`;
      return (await kubectl(['get', 'pods', '-n', ns, '-l', labels, '-o', 'name'])) === '' ? true : undefined;
    });
  });

  it('is the same content in more pods and in new ones, after another was pushed under its tag', async () => {
    const before = await content();
    await pushed('private-example-2', 'shop:moving');
    const old = await webPods();
    await kubectl(['scale', '-n', ns, `hostedsite/${name}`, '--replicas=2']);
    await wait(ns, name, 'Ready', 60);
    await kubectl(['delete', 'pod', '-n', ns, '--wait', ...old]);
    await kubectl(['rollout', 'status', '-n', ns, `deployment/${name}-web`, '--timeout=60s']);
    assert.deepEqual([await content(), await versions()], [before, ['private 1']]);
  });

  it('is the other content with the next release', async () => {
    const before = await content();
    const resources = { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } };
    await applyAndWait(ns, moving({ web: { resources, env: [{ name: 'RELEASE', value: 'next' }] } }), 60);
    assert.notEqual(await content(), before);
    assert.deepEqual(await versions(), ['private 2']);
  });

  it('is rolled out nowhere when it cannot be had, and has failed at the deadline', async () => {
    const pods = await eventually('what is left of the pod of the release before is gone', 20, async () => {
      const all = await webPods();
      return all.length === 2 ? all : undefined;
    });
    const generation = await deployed('.metadata.generation');
    image = image.replace(/:moving$/, ':none');
    await apply(ns, moving());
    assert.match(await stalledFor(ns, name, 'ImagePullFailed'), /Its registry does not have it/);
    const told = await stalledFor(ns, name, 'RolledBack', 40);
    assert.match(
      told,
      /shop:none was not ready within 10 seconds\. The image \S+ of the container application/,
    );
    assert.deepEqual([await webPods(), await deployed('.metadata.generation')], [pods, generation]);
    assert.equal(condition(await site(ns, name), 'Available')?.status, 'True');
  });
});
