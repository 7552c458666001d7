import assert from 'node:assert/strict';
import type { ApiRequest } from './client/api-client.ts';
import type { ClusterEvent } from './cluster.ts';
import { NotLeader, apiError } from './errors.ts';
import { EventRecorder } from './events.ts';
import { FakeClock } from '../testing/kube/fake-clock.ts';
import { silentLog } from './log.ts';

const site = {
  apiVersion: 'hostedsite.dev/v1alpha1',
  kind: 'HostedSite',
  metadata: { name: 'shop', namespace: 'ns', uid: 'u1' },
};
const event: ClusterEvent = {
  regarding: site,
  type: 'Normal',
  reason: 'Released',
  action: 'Release',
  note: 'The new image serves.',
};

describe('EventRecorder', () => {
  let clock: FakeClock;
  let requests: ApiRequest[];
  let answer: (request: ApiRequest) => Promise<unknown>;
  let recorder: EventRecorder;
  let logged: string[];
  let leads: boolean;

  beforeEach(() => {
    leads = true;
    clock = new FakeClock();
    requests = [];
    logged = [];
    answer = () => Promise.resolve({});
    recorder = new EventRecorder({
      client: {
        request: (request) => {
          requests.push(request);
          return answer(request);
        },
      },
      clock,
      log: { ...silentLog, debug: (message) => logged.push(message) },
      controller: 'hostedsite.dev/operator',
      instance: 'operator-1',
      mayWrite: () => leads,
    });
  });

  async function emit(one: ClusterEvent = event): Promise<void> {
    recorder.emit(one);
    await recorder.idle();
  }

  it('asks for leadership at the moment at which an Event goes out', async () => {
    await emit();
    const [request] = requests;
    request?.permitted?.();
    leads = false;
    assert.throws(() => request?.permitted?.(), NotLeader);
    await clock.advance(1);
    await emit();
    assert.throws(() => requests[1]?.permitted?.(), NotLeader);
  });

  it('writes an events.k8s.io/v1 Event beside the site', async () => {
    await emit();
    const [request] = requests;
    assert.equal(request?.method, 'POST');
    assert.equal(request.path, '/apis/events.k8s.io/v1/namespaces/ns/events');
    const { metadata, ...body } = request.body as { metadata: { name: string; namespace: string } };
    assert.match(metadata.name, /^shop\.[0-9a-f]{16}$/);
    assert.equal(metadata.namespace, 'ns');
    assert.deepEqual(body, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '2030-01-01T00:00:00.000000Z',
      reportingController: 'hostedsite.dev/operator',
      reportingInstance: 'operator-1',
      action: 'Release',
      reason: 'Released',
      type: 'Normal',
      note: 'The new image serves.',
      regarding: {
        apiVersion: site.apiVersion,
        kind: 'HostedSite',
        name: 'shop',
        namespace: 'ns',
        uid: 'u1',
      },
    });
  });

  it('counts repetitions in a series: the second is told at once, later ones once a minute', async () => {
    for (let count = 0; count < 5; count += 1) await emit();
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['POST', 'PATCH'],
    );
    const name = (requests[0]?.body as { metadata: { name: string } }).metadata.name;
    assert.equal(requests[1]?.path, `/apis/events.k8s.io/v1/namespaces/ns/events/${name}`);
    assert.equal(requests[1].contentType, 'application/merge-patch+json');
    await clock.advance(60_000);
    await emit();
    assert.deepEqual(requests[2]?.body, {
      series: { count: 6, lastObservedTime: '2030-01-01T00:01:00.000000Z' },
    });
  });

  it('begins a new Event after six quiet minutes, and for anything that differs', async () => {
    await emit();
    await clock.advance(6 * 60_000);
    await emit();
    await emit({ ...event, note: 'Something else.' });
    await emit({ ...event, regarding: { ...site, metadata: { ...site.metadata, uid: 'u2' } } });
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['POST', 'POST', 'POST', 'POST'],
    );
  });

  it('writes the Event anew when it has expired in between', async () => {
    await emit();
    answer = ({ method, path }) =>
      method === 'PATCH' ? Promise.reject(apiError({ method, path }, 404, {})) : Promise.resolve({});
    await emit();
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['POST', 'PATCH', 'POST'],
    );
  });

  it('never throws', async () => {
    answer = ({ method, path }) => Promise.reject(apiError({ method, path }, 403, {}));
    await emit();
    await emit();
    assert.deepEqual(logged, ['event not written', 'event not written']);
  });

  it('drops what comes while too many requests are under way', async () => {
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    answer = () => gate;
    for (let count = 0; count < 100; count += 1) recorder.emit({ ...event, note: String(count) });
    assert.equal(requests.length, 32);
    finish();
    await recorder.idle();
    await emit({ ...event, note: 'later' });
    assert.equal(requests.length, 33);
  });

  it('cuts a note to what the API server accepts, between characters', async () => {
    await emit({ ...event, note: 'ö'.repeat(2_000) });
    const { note } = requests[0]?.body as { note: string };
    assert.ok(Buffer.byteLength(note) <= 1024);
    assert.match(note, /^ö+…$/);
  });
});
