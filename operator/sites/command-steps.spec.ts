import assert from 'node:assert/strict';
import { Conflict } from '../kube/errors.ts';
import type { Manifest } from '../components/component.ts';
import type { Step } from '../releases/command/state.ts';
import { silentLog } from '../observability/logger.ts';
import { World, shop } from '../testing/world.ts';
import type { Observed } from '../releases/observed.ts';
import { observe } from './observe.ts';
import { stepped, writeRecords } from './command-steps.ts';

const labels = {
  'app.kubernetes.io/name': 'hostedsite',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/managed-by': 'hostedsite',
};
const quiet = { applied: [], unchanged: [], created: [], removed: [], orphaned: [], refusals: [] };

function pod(
  uid: string,
  more: Record<string, string> = {},
  status: object = { phase: 'Pending' },
): Manifest {
  const component = { 'app.kubernetes.io/component': 'command' };
  const metadata = {
    name: `pod-${uid}`,
    namespace: 'customer-a',
    uid,
    labels: { ...labels, ...component, ...more },
  };
  const gates = {
    schedulingGates: [{ name: 'somebody.example/waits' }, { name: 'hostedsite.dev/run-once' }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: gates, status };
}

class Room {
  readonly world = new World();
  readonly context = { cluster: this.world.cluster, log: silentLog };

  constructor(...objects: Manifest[]) {
    const owner = { apiVersion: 'v1', kind: 'HostedSite', name: 'shop', uid: 'site-uid', controller: true };
    const metadata = { name: 'revision', namespace: 'customer-a', labels, ownerReferences: [owner] };
    this.world.cluster.seed(
      { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, revision: 1, data: {} },
      ...objects,
    );
  }

  get seen(): Observed {
    const seen = observe(this.world.cluster, shop, this.world.now);
    assert.ok(seen);
    return seen;
  }

  take(step: Step, seen = this.seen, written = quiet): Promise<{ goesOn?: true }> {
    return stepped({ release: { command: { step } } } as never, written, seen, this.context);
  }

  get record(): string | undefined {
    const stored = this.world.cluster.get('ControllerRevision', 'customer-a', 'revision');
    return stored?.metadata.annotations?.['hostedsite.dev/command'];
  }
}

const record = (of: Manifest): Step => ({ is: 'record', revision: 'revision', pod: of, hash: 'hash' });

describe('the record of a pod that may run', () => {
  it('names it, under a manager of its own, when it is alone', async () => {
    const room = new Room(pod('one'));
    assert.deepEqual(await room.take(record(pod('one'))), { goesOn: true });
    assert.equal(room.record, 'Running one hash');
    assert.deepEqual(room.world.cluster.writes[0]?.options, { fieldManager: 'hostedsite-command' });
  });

  for (const { title, other, isWritten } of [
    { title: 'another one that the caches show', other: pod('two'), isWritten: false },
    { title: 'another one that has ended', other: pod('two', {}, { phase: 'Failed' }), isWritten: true },
    { title: 'one of a task', other: pod('two', { 'hostedsite.dev/task': 'one' }), isWritten: true },
    {
      title: 'one of another site',
      other: pod('two', { 'app.kubernetes.io/instance': 'blog' }),
      isWritten: true,
    },
  ])
    it(`is ${isWritten ? '' : 'not '}written beside ${title}`, async () => {
      const room = new Room(pod('one'), other);
      await room.take(record(pod('one')));
      assert.equal(room.record, isWritten ? 'Running one hash' : undefined);
    });

  it('is not written beside one that only a live look shows', async () => {
    const room = new Room(pod('one'), pod('two'));
    const { seen } = room;
    const pods = seen.pods.filter(({ metadata }) => metadata.uid === 'one');
    assert.deepEqual(await room.take(record(pod('one')), { ...seen, pods }), {});
    assert.equal(room.record, undefined);
  });

  it('is not written of a pod that is gone', async () => {
    const room = new Room();
    assert.deepEqual(await room.take(record(pod('one'))), {});
    assert.equal(room.record, undefined);
  });

  it('is not written of a pod that somebody has deleted since', async () => {
    const room = new Room(pod('one'));
    const { seen } = room;
    room.world.cluster.edit('Pod', 'customer-a', 'pod-one', ({ metadata }) => {
      metadata.deletionTimestamp = '2030-01-01T12:00:00Z';
      metadata.finalizers = ['kept'];
    });
    assert.deepEqual(await room.take(record(pod('one')), seen), {});
    assert.equal(room.record, undefined);
  });

  it('is refused when somebody has written the revision since', async () => {
    const room = new Room(pod('one'));
    const { seen } = room;
    room.world.cluster.edit('ControllerRevision', 'customer-a', 'revision', ({ metadata }) => {
      metadata.annotations = { 'hostedsite.dev/command': 'Withdrawn 1' };
    });
    await assert.rejects(room.take(record(pod('one')), seen), Conflict);
    assert.equal(room.record, 'Withdrawn 1');
  });

  for (const kind of ['ControllerRevision', 'CronJob', 'Job', 'Ingress'])
    it(`${kind === 'Ingress' ? 'does not wait' : 'waits'} for a pass that writes no ${kind}`, async () => {
      const room = new Room(pod('one'));
      const refusals = [{ reason: 'Rejected', message: 'No.' }];
      const written = { ...quiet, refusals, applied: [{ desired: { object: { kind } } }] };
      await room.take(record(pod('one')), room.seen, written as never);
      assert.equal(room.record, kind === 'Ingress' ? 'Running one hash' : undefined);
    });
});

describe('the gate of a pod', () => {
  it('is opened as it was seen, and gates of others stay', async () => {
    const room = new Room(pod('one'));
    const [found] = room.seen.pods as [Manifest];
    await room.take({ is: 'open', pod: found });
    const after = room.world.cluster.get('Pod', 'customer-a', 'pod-one')?.['spec'];
    assert.deepEqual(after, { schedulingGates: [{ name: 'somebody.example/waits' }] });
  });

  it('stays shut when the pod is another one by now', async () => {
    const room = new Room(pod('one'));
    const [found] = room.seen.pods as [Manifest];
    room.world.cluster.remove('Pod', 'customer-a', 'pod-one');
    room.world.cluster.seed({ ...pod('two'), metadata: { ...pod('two').metadata, name: 'pod-one' } });
    await assert.rejects(room.take({ is: 'open', pod: found }), Conflict);
  });
});

describe('an end that nobody saw', () => {
  const look = { is: 'look', revision: 'revision', uid: 'one', number: 3, hash: 'hash' } as const;

  it('is written when a live look shows no such pod', async () => {
    const room = new Room();
    const ended = await writeRecords([look], room.seen, room.context);
    assert.equal(ended?.get('revision')?.reason, 'Unseen');
    assert.equal(room.record, 'Failed 3 hash');
  });

  for (const text of ['Failed 3', 'Failed 3 hash'])
    it(`is not written again where it says ${text} already`, async () => {
      const room = new Room();
      room.world.cluster.edit('ControllerRevision', 'customer-a', 'revision', ({ metadata }) => {
        metadata.annotations = { 'hostedsite.dev/command': text };
      });
      const step = { ...look, hash: text.split(' ')[2] ?? '' };
      assert.equal(await writeRecords([step], room.seen, room.context), undefined);
    });

  it('is none while the pod is there, whatever the caches show', async () => {
    const room = new Room(pod('one'));
    const seen = { ...room.seen, pods: [], owned: room.seen.owned.filter(({ kind }) => kind !== 'Pod') };
    assert.equal(await writeRecords([look], seen, room.context), undefined);
    assert.equal(room.record, undefined);
  });
});

describe('a Job that is taken away', () => {
  const job = (uid: string): Manifest => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...{ name: 'shop-release', namespace: 'customer-a', uid, labels },
      annotations: { 'hostedsite.dev/revision': 'revision' },
    },
  });

  it('stays while its revision is there and not in the caches', async () => {
    const room = new Room(job('one'));
    const { seen } = room;
    const owned = seen.owned.filter(({ kind }) => kind !== 'ControllerRevision');
    assert.deepEqual(await room.take({ is: 'remove', job: job('one') }, { ...seen, owned }), {});
    assert.deepEqual(room.world.names('Job'), ['shop-release']);
  });

  it('brings no look before it is known to be gone', async () => {
    const room = new Room(job('one'));
    assert.deepEqual(await room.take({ is: 'remove', job: job('one') }), {});
    assert.deepEqual(room.world.names('Job'), []);
  });

  it('is that very one', async () => {
    const room = new Room(job('later'));
    await assert.rejects(room.take({ is: 'remove', job: job('earlier') }), Conflict);
    assert.deepEqual(room.world.names('Job'), ['shop-release']);
    await room.take({ is: 'remove', job: job('later') });
    assert.deepEqual(room.world.names('Job'), []);
  });
});
