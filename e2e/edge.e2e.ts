import assert from 'node:assert/strict';
import { addresses } from './cluster/instance.ts';
import { eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import type { Answer } from './support/cluster.ts';
import { applyAndWait, condition, operator, site, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';
import { turns, visitDuring } from './support/visits.ts';

/** What Varnish does before anybody asks the application: redirects, robots, maintenance. */
const [canonical, other] = ['edge.example', 'www.edge.example'];

describe('the edge of a site', function () {
  operator();
  const ns = namespace('story-edge');
  let first = '';
  const edge = (spec: Record<string, unknown>): object =>
    smallSite('edge', first, { hosts: [canonical, other], ...spec });
  const change = (spec: object): Promise<string> =>
    kubectl(['patch', 'hostedsite', 'edge', '-n', ns, '--type=merge', '-p', JSON.stringify({ spec })]);
  const maintenance = (wanted: object): Promise<string> => change({ route: { maintenance: wanted } });
  const pods = async (): Promise<string> => {
    const selector = 'app.kubernetes.io/instance=edge,app.kubernetes.io/component=web';
    const fields = '{range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount};{end}';
    return kubectl(['get', 'pods', '-n', ns, '-l', selector, '-o', `jsonpath=${fields}`]);
  };
  const visited = (status: number, headers: Record<string, string> = {}): Promise<Answer> =>
    eventually(`a visitor gets ${status}`, 20, async () => {
      const answer = await request(canonical, '/version', { headers });
      return answer.status === status ? answer : undefined;
    });

  before(async () => {
    first = await image('node-example-1');
    await applyAndWait(
      ns,
      edge({ environment: 'Staging', route: { redirectToHTTPS: false, redirectToCanonicalHost: true } }),
    );
    await visited(200);
  });

  it('sends other hosts to the canonical one, with path and query, and keeps what was sent', async () => {
    const got = await request(other, '/a/b?c=%20d&utm_source=x');
    assert.deepEqual(
      [got.status, got.headers['location']],
      [301, `http://${canonical}/a/b?c=%20d&utm_source=x`],
    );
    assert.equal(got.headers['cache-control'], 'no-store');
    const posted = await request(other, '/a', { method: 'POST', body: 'x=1' });
    assert.deepEqual([posted.status, posted.headers['location']], [308, `http://${canonical}/a`]);
    assert.equal((await request(other, '/.well-known/acme-challenge/x')).status, 404);
  });

  it('sends robots away from a copy of the site', async () => {
    const { status, body } = await request(canonical, '/robots.txt');
    assert.deepEqual([status, body], [200, 'User-agent: *\nDisallow: /\n']);
    for (const [host, path] of [
      [canonical, '/'],
      [canonical, '/none'],
      [other, '/'],
    ] as const) {
      const { headers } = await request(host, path);
      assert.equal(headers['x-robots-tag'], 'noindex, nofollow', `${host}${path}`);
    }
  });

  it('shows the maintenance page within seconds, restarts no pod and loses no request', async () => {
    const running = await pods();
    await request(canonical, '/');
    const asked = Date.now();
    const visits = await visitDuring(canonical, async () => {
      await maintenance({ enabled: true });
      await wait(ns, 'edge', 'Ready', 30);
      await visited(503);
    });
    assert.deepEqual(turns(visits), [200, 503]);
    const closed = visits.find(({ answer }) => typeof answer !== 'string' && answer.status === 503);
    process.stdout.write(`      maintenance shown after ${(closed?.at ?? 0) - asked} ms\n`);
    const { headers, body } = await request(canonical, '/');
    assert.match(body, /^<!doctype html>[^]*Maintenance[^]*<\/html>\n$/);
    assert.deepEqual(
      [headers['retry-after'], headers['cache-control'], headers['x-robots-tag']],
      ['300', 'no-store', 'noindex, nofollow'],
    );
    assert.equal(await pods(), running);
    const { status } = await site(ns, 'edge');
    const said = ['Ready', 'Available', 'RouteReady'].map((type) => {
      const { status: word, reason } = condition({ status } as Awaited<ReturnType<typeof site>>, type) ?? {};
      return `${word}/${reason}`;
    });
    assert.deepEqual(said, ['True/Maintenance', 'False/Maintenance', 'True/Maintenance']);
  });

  it('lets nobody through who only says that he comes from there', async () => {
    await maintenance({ enabled: true, allowFrom: ['203.0.113.0/24'] });
    await wait(ns, 'edge', 'Ready', 30);
    for (const header of ['X-Forwarded-For', 'X-Real-Ip', 'Forwarded', 'X-Client-Ip']) {
      const { status } = await request(canonical, '/version', { headers: { [header]: '203.0.113.7' } });
      assert.equal(status, 503, header);
    }
  });

  it('lets those through whom it shall', async () => {
    const allowFrom = [`${addresses.outside}/32`, '2001:db8::/32'];
    await maintenance({ enabled: true, allowFrom });
    const { body } = await visited(200, { 'X-Forwarded-For': '203.0.113.7' });
    assert.equal(body, '1\n');
  });

  it('keeps the page over an application that is broken', async () => {
    await maintenance({ enabled: true, allowFrom: [] });
    await visited(503);
    const command = ['node', '-e', 'process.exit(3)'];
    await change({ web: { command }, rollout: { maxUnavailable: 1, maxSurge: 0 } });
    await eventually('the only pod of the site crashes', 40, async () =>
      /^\S+ [1-9];$/.test(await pods()) ? true : undefined,
    );
    const { status, body } = await request(canonical, '/');
    assert.deepEqual([status, /Maintenance/.test(body)], [503, true]);
  });

  it('opens again, and then sends everybody to https who did not come over it', async () => {
    await change({ web: { command: null }, route: { redirectToHTTPS: true, maintenance: null } });
    await wait(ns, 'edge', 'Ready', 60);
    await visited(301);
    for (const headers of [{}, { 'X-Forwarded-Proto': 'https' }]) {
      const answer = await request(other, '/a?b=1', { headers });
      assert.deepEqual([answer.status, answer.headers['location']], [301, `https://${other}/a?b=1`]);
    }
    assert.equal((await request(canonical, '/.well-known/acme-challenge/x')).status, 404);
    await eventually('the maintenance page is gone', 20, async () => {
      const left = await kubectl(['get', 'deploy,svc,configmap', '-n', ns, '-o', 'name']);
      return left.includes('maintenance') ? undefined : true;
    });
  });
});
