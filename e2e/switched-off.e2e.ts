import assert from 'node:assert/strict';
import { eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import { applyAndWait, condition, operator, site, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';
import { turns, visitDuring } from './support/visits.ts';

const host = 'asleep.example';

describe('a site that is switched off', function () {
  operator();
  const ns = namespace('story-switched-off');
  const scale = async (replicas: number): Promise<void> => {
    await kubectl(['scale', 'hostedsite', 'asleep', '-n', ns, `--replicas=${replicas}`]);
    await wait(ns, 'asleep', 'Ready');
  };
  const left = async (component: string): Promise<string> => {
    const labels = `app.kubernetes.io/instance=asleep,app.kubernetes.io/component=${component}`;
    return kubectl(['get', 'pods,deploy,svc,configmap', '-n', ns, '-l', labels, '-o', 'name']);
  };
  const visited = (status: number): Promise<unknown> =>
    eventually(`a visitor gets ${status}`, 20, async () =>
      (await request(host, '/')).status === status ? true : undefined,
    );

  before(async () => {
    // Long enough that a pod serves on for 10 s.
    const rollout = { terminationGracePeriodSeconds: 15 };
    await applyAndWait(ns, smallSite('asleep', await image('node-example-1'), { replicas: 2, rollout }));
    await visited(200);
  });

  it('shows a page that says so, and nothing else until then', async () => {
    const began = Date.now();
    const visits = await visitDuring(host, async () => {
      await scale(0);
      await visited(503);
    });
    assert.deepEqual(turns(visits), [200, 503]);
    const page = visits.find(({ answer }) => typeof answer !== 'string' && answer.status === 503);
    process.stdout.write(`      the page is shown after ${(page?.at ?? 0) - began} ms\n`);
    for (const path of ['/', '/version', '/healthz']) {
      const { status, headers, body } = await request(host, path);
      assert.deepEqual([status, headers['retry-after'], headers['cache-control']], [503, '300', 'no-store']);
      assert.match(body, /^<!doctype html>[^]*switched off[^]*<\/html>\n$/);
    }
  });

  it('says so in its status, and has no pod of the application', async () => {
    const now = await site(ns, 'asleep');
    const said = ['Ready', 'Available', 'RouteReady', 'WebReady'].map((type) => {
      const { status, reason } = condition(now, type) ?? {};
      return `${status}/${reason}`;
    });
    assert.deepEqual(said, [
      'True/ScaledToZero',
      'False/ScaledToZero',
      'True/ScaledToZero',
      'True/ScaledToZero',
    ]);
    await eventually('the pods are gone', 40, async () =>
      (await left('web')).includes('pod/') ? undefined : true,
    );
  });

  it('is back when a pod serves, and nobody gets anything else', async () => {
    const began = Date.now();
    const visits = await visitDuring(host, async () => {
      await scale(2);
      await visited(200);
      await eventually('the page is gone', 40, async () =>
        (await left('cache')).includes('maintenance') ? undefined : true,
      );
    });
    assert.deepEqual(turns(visits), [503, 200]);
    const open = visits.find(({ answer }) => typeof answer !== 'string' && answer.status === 200);
    process.stdout.write(`      the site is shown after ${(open?.at ?? 0) - began} ms\n`);
  });

  it('has both in its history, once', async () => {
    const reasons = await eventually('both are told', 10, async () => {
      const of = ['--field-selector', 'involvedObject.kind=HostedSite,involvedObject.name=asleep'];
      const all = await kubectl(['get', 'events', '-n', ns, ...of, '-o', 'jsonpath={.items[*].reason}']);
      const found = all.split(' ').filter((reason) => reason.startsWith('Switched'));
      return found.length > 1 ? found.sort() : undefined;
    });
    assert.deepEqual(reasons, ['SwitchedOff', 'SwitchedOn']);
  });
});
