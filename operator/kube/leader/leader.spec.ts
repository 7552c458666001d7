import assert from 'node:assert/strict';
import { AlreadyExists, Conflict, Unavailable } from '../errors.ts';
import { FakeClock, settled } from '../../testing/kube/fake-clock.ts';
import { Leader } from './leader.ts';
import { microTime } from './lease.ts';
import type { Lease, LeaseSpec, LeaseStore } from './lease.ts';
import { silentLog } from '../log.ts';

const request = { method: 'PUT', path: '/lease' };

/** One Lease that several candidates share, with an API server that can fail. */
class SharedLease implements LeaseStore {
  lease: Lease | undefined;
  reads = 0;
  writes: LeaseSpec[] = [];
  limits: number[] = [];
  /** `down`: no answer; `lost`: carried out, but the answer is lost. */
  mode: 'up' | 'down' | 'lost' = 'up';
  #version = 0;

  read(limit: number): Promise<Lease | undefined> {
    this.reads += 1;
    this.limits.push(limit);
    return this.mode === 'down' ? Promise.reject(noAnswer()) : Promise.resolve(structuredClone(this.lease));
  }

  write(spec: LeaseSpec, before: Lease | undefined, limit: number): Promise<Lease> {
    this.limits.push(limit);
    if (this.mode === 'down') return Promise.reject(noAnswer());
    if (before === undefined && this.lease) {
      return Promise.reject(new AlreadyExists({ request, code: 409, reason: 'AlreadyExists' }));
    }
    if (before?.metadata.resourceVersion !== this.lease?.metadata.resourceVersion) {
      return Promise.reject(new Conflict({ request, code: 409, reason: 'Conflict' }));
    }
    this.#version += 1;
    const metadata = { name: 'operator', namespace: 'ns', resourceVersion: String(this.#version) };
    this.lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec: structuredClone(spec),
    };
    this.writes.push(spec);
    return this.mode === 'lost' ? Promise.reject(noAnswer()) : Promise.resolve(structuredClone(this.lease));
  }
}

function noAnswer(): Error {
  return new Unavailable({ request, code: 0, reason: 'ECONNRESET' });
}

class Candidate {
  readonly leader: Leader;
  readonly stop = new AbortController();
  leads = false;
  end: 'stopped' | 'lost' | undefined;
  readonly ended: Promise<void>;

  constructor(identity: string, leases: LeaseStore, clock: FakeClock) {
    this.leader = new Leader({ leases, identity, clock, random: () => 0, log: silentLog });
    this.ended = this.leader
      .run(this.stop.signal, () => (this.leads = true))
      .then((end) => {
        this.end = end;
      });
  }
}

describe('Leader', () => {
  let clock: FakeClock;
  let lease: SharedLease;
  const candidates: Candidate[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    lease = new SharedLease();
  });

  afterEach(async () => {
    for (const one of candidates.splice(0)) {
      one.stop.abort();
      await one.ended;
    }
    assert.deepEqual(clock.pending(), []);
  });

  async function candidate(identity: string): Promise<Candidate> {
    const one = new Candidate(identity, lease, clock);
    candidates.push(one);
    await settled();
    return one;
  }

  it('takes a Lease that does not exist yet', async () => {
    const one = await candidate('one');
    assert.ok(one.leads && one.leader.holds());
    assert.deepEqual(lease.writes, [
      {
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        acquireTime: '2030-01-01T00:00:00.000000Z',
        renewTime: '2030-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    ]);
  });

  it('renews every two seconds with one request', async () => {
    await candidate('one');
    const { reads } = lease;
    await clock.advance(20_000);
    assert.equal(lease.writes.length, 11);
    assert.equal(lease.reads, reads);
    assert.equal(lease.writes.at(-1)?.renewTime, '2030-01-01T00:00:20.000000Z');
    assert.equal(lease.writes.at(-1)?.acquireTime, '2030-01-01T00:00:00.000000Z');
  });

  it('stands by while somebody else renews', async () => {
    await candidate('one');
    const two = await candidate('two');
    await clock.advance(300_000);
    assert.equal(two.leads, false);
    assert.equal(two.leader.holds(), false);
  });

  it('follows a leader that vanished, after the time of its Lease by our own clock', async () => {
    const one = await candidate('one');
    const two = await candidate('two');
    one.stop.abort();
    await one.ended;
    await clock.advance(14_000);
    assert.equal(two.leads, false);
    await clock.advance(4_000);
    assert.ok(two.leads);
    assert.equal(lease.lease?.spec.holderIdentity, 'two');
    assert.equal(lease.lease.spec.leaseTransitions, 1);
  });

  it('trusts no wall clock: a renewTime long ago is not a reason to take over', async () => {
    const metadata = { name: 'operator', namespace: 'ns' };
    const spec = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: microTime(0) };
    lease.lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    const two = await candidate('two');
    assert.equal(two.leads, false);
    await clock.advance(16_000);
    assert.ok(two.leads);
  });

  it('gives the Lease back, and the next one takes it within half a second', async () => {
    const one = await candidate('one');
    const two = await candidate('two');
    one.stop.abort();
    await one.ended;
    assert.equal(one.end, 'stopped');
    await one.leader.release();
    assert.equal(one.leader.holds(), false);
    assert.equal(lease.lease?.spec.holderIdentity, '');
    await clock.advance(500);
    assert.ok(two.leads);
    await one.leader.release();
    assert.equal(lease.lease.spec.holderIdentity, 'two', "somebody else's Lease is not given back");
  });

  it('loses leadership after ten seconds without a renewal, before others may take it', async () => {
    const one = await candidate('one');
    await clock.advance(4_000);
    lease.mode = 'down';
    await clock.advance(9_000);
    assert.equal(one.end, undefined);
    assert.ok(one.leader.holds());
    await clock.advance(3_000);
    assert.equal(one.end, 'lost');
    assert.equal(one.leader.holds(), false);
  });

  it('survives failures that pass in time, and reads before it writes again', async () => {
    const one = await candidate('one');
    lease.mode = 'lost';
    await clock.advance(4_000);
    lease.mode = 'down';
    await clock.advance(2_000);
    lease.mode = 'up';
    await clock.advance(60_000);
    assert.equal(one.end, undefined);
    assert.ok(one.leader.holds());
  });

  it('leaves time for a second attempt when a request hangs', async () => {
    await candidate('one');
    await clock.advance(10_000);
    assert.ok(lease.limits.every((limit) => limit > 0 && limit <= 10_000 / 3));
  });

  it('is lost at once when somebody else took the Lease', async () => {
    const one = await candidate('one');
    const stolen = structuredClone(lease.lease);
    assert.ok(stolen);
    await lease.write({ ...stolen.spec, holderIdentity: 'thief' }, stolen, 1);
    await clock.advance(4_000);
    assert.equal(one.end, 'lost');
  });

  it('does not believe that it leads after it was stopped for a while', async () => {
    const one = await candidate('one');
    lease.mode = 'down';
    await clock.advance(10_000);
    assert.equal(one.leader.holds(), false, 'before anything else has noticed');
  });

  it("does not try to renew what may be somebody else's by now", async () => {
    const one = await candidate('one');
    // As after SIGCONT: the time has gone by, and the timer of the renewal fires late.
    clock.skip(60_000);
    const before = lease.limits.length;
    await clock.advance(0);
    assert.equal(one.end, 'lost');
    assert.equal(lease.limits.length, before);
  });

  it('lets one of two win', async () => {
    const [one, two] = await Promise.all([candidate('one'), candidate('two')]);
    assert.equal(Number(one.leads) + Number(two.leads), 1);
    await clock.advance(60_000);
    assert.equal(Number(one.leads) + Number(two.leads), 1);
  });

  it('keeps trying while the API server is down', async () => {
    lease.mode = 'down';
    const one = await candidate('one');
    await clock.advance(600_000);
    assert.equal(one.leads, false);
    lease.mode = 'up';
    await clock.advance(2_000);
    assert.ok(one.leads);
  });

  it('does not mind when the Lease cannot be given back', async () => {
    const one = await candidate('one');
    one.stop.abort();
    await one.ended;
    lease.mode = 'down';
    await one.leader.release();
    assert.equal(one.leader.holds(), false);
  });
});
