import assert from 'node:assert/strict';
import { operatorNamespace, release } from './operator.ts';
import { apply, eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import { operatorPods } from './support/operator-process.ts';
import { applyAndWait, condition, operator, site, stalledFor, takenUp, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** Releases that do not come up: visitors do not notice, and the last good one runs again without anybody's help. */
describe('a release that is not ready by its deadline', function () {
  operator();
  const ns = namespace('story-rollback');
  const name = 'careful';
  let good = '';
  let pods = '';
  const rollout = { progressDeadlineSeconds: 10, terminationGracePeriodSeconds: 3 };
  const resources = { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } };
  const careful = (spec: Record<string, unknown> = {}): object => smallSite(name, good, { rollout, ...spec });
  const script = (text: string): Record<string, unknown> => ({
    web: { resources, command: ['/usr/local/bin/node', '-e', text] },
  });

  before(async () => {
    good = await image('node-example-1');
    await applyAndWait(ns, careful());
    await takenUp(`${name}.example`);
    pods = await servingPods();
  });

  async function servingPods(): Promise<string> {
    const selector = `app.kubernetes.io/instance=${name}`;
    return kubectl(['get', 'pods', '-n', ns, '-l', selector, '-o', 'jsonpath={.items[*].metadata.uid}']);
  }

  async function deploymentGeneration(): Promise<string> {
    return kubectl(['get', 'deployment', `${name}-web`, '-n', ns, '-o', 'jsonpath={.metadata.generation}']);
  }

  /** Asks as a visitor until told to stop; returns how many answers were good. */
  async function visits(until: Promise<unknown>): Promise<number> {
    let isOver = false;
    const end = until.finally(() => (isOver = true));
    let answers = 0;
    while (!isOver) {
      const { status, body } = await request(`${name}.example`, `/version?${answers}`);
      assert.deepEqual([status, body], [200, '1\n']);
      answers += 1;
    }
    await end;
    return answers;
  }

  const bad: Record<string, { spec: () => Record<string, unknown>; message: RegExp }> = {
    'ends with an error': {
      spec: () => script('console.error("cannot find the shop"); process.exit(3)'),
      message:
        /not ready within 10 seconds\. The container application ends with code 3\. Its last lines:\ncannot find the shop$/,
    },
    'listens on no port': {
      spec: () => script('setInterval(() => undefined, 1000)'),
      message:
        /not ready within 10 seconds\. The container application runs, but does not answer GET \/\S* on port 3000 /,
    },
    'is an image that there is not': {
      spec: () => ({ image: 'localhost/hostedsite/no-such-image:1' }),
      message:
        /no-such-image:1 was not ready within 10 seconds\. The image \S+ of the container application cannot be pulled/,
    },
  };
  for (const [what, { spec, message }] of Object.entries(bad)) {
    it(`goes back when it ${what}`, async () => {
      await apply(ns, careful(spec()));
      const answers = await visits(
        stalledFor(ns, name, 'RolledBack', 60).then((text) => assert.match(text, message)),
      );
      assert.ok(answers > 10, `${answers} answers`);
      const object = await site(ns, name);
      assert.deepEqual(
        [object.status?.release?.running?.image, object.status?.release?.outcome],
        [good, 'RolledBack'],
      );
      assert.equal(condition(object, 'Available')?.status, 'True');
      await assert.rejects(wait(ns, name, 'Ready', 1), /timed out/);
      await eventually('only the pods from before are left', 20, async () =>
        (await servingPods()) === pods ? true : undefined,
      );
    });
  }

  it('is not tried again: neither by another operator, nor for a change that makes no release', async () => {
    const before = await deploymentGeneration();
    const spec = { image: 'localhost/hostedsite/no-such-image:1' };
    const old = (await operatorPods()).map(({ metadata }) => metadata.name);
    await kubectl(['delete', 'pod', '-n', operatorNamespace, '--wait', ...old]);
    await kubectl(['rollout', 'status', '-n', operatorNamespace, `deployment/${release}`, '--timeout=60s']);
    const cron = [{ name: 'yearly', schedule: '0 0 1 1 *', command: ['true'] }];
    await apply(ns, careful({ ...spec, cron }));
    await stalledFor(ns, name, 'RolledBack', 60);
    assert.equal(await deploymentGeneration(), before);
    assert.equal(await servingPods(), pods);
  });

  it('makes way for the next one at once', async () => {
    const web = { resources, env: [{ name: 'RELEASE', value: 'next' }] };
    await applyAndWait(ns, careful({ web }), 60);
    assert.equal(condition(await site(ns, name), 'Stalled'), undefined);
    assert.notEqual(await servingPods(), pods);
    assert.equal((await request(`${name}.example`, '/version')).status, 200);
  });

  it('goes on by itself when what it waits for comes in time', async () => {
    const envFrom = [{ secretRef: { name: 'later' } }];
    await apply(
      ns,
      careful({ web: { resources, envFrom }, rollout: { ...rollout, progressDeadlineSeconds: 90 } }),
    );
    assert.match(await stalledFor(ns, name, 'ConfigurationRejected'), /the Secret later does not exist/);
    await apply(ns, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'later' },
      stringData: { KEY: 'x' },
    });
    await wait(ns, name, 'Ready', 60);
  });
});
