import assert from 'node:assert/strict';
import { cachedKinds, resourceOf } from '../../../operator/kinds/resources.ts';
import { progress } from '../../cluster/command.ts';
import { cut, silence } from './cuts.ts';
import { handOvers, inTurn } from './handover.ts';
import type { Handovers } from './handover.ts';
import { outage } from './outage.ts';
import { seeded } from './seed.ts';
import { build, stages } from './stage.ts';
import {
  longStop,
  shortStop,
  stopBeforeConnected,
  stopBeforeEvents,
  stopBetweenTries,
  stopUntilSucceeded,
} from './stops.ts';
import { besideEdits } from './turns.ts';

/** The optional ones are not there, so that there is no news of them to be had. */
const watched = cachedKinds.filter((kind) => !('optional' in resourceOf(kind)));

/** Stories run side by side where most of their time is waiting; what has to be quick waits for the busy ones to end. */
describe('the operator as a process', () => {
  let turns: ReturnType<typeof besideEdits>;
  let handovers: ReturnType<typeof handOvers>;
  let longStops: ReturnType<typeof inTurn>;
  let nastyStops: ReturnType<typeof inTurn>;
  let randomStops: ReturnType<typeof inTurn>;
  let killed: ReturnType<typeof outage>;
  let cutOff: ReturnType<typeof cut>;
  let silentWatches: ReturnType<typeof silence>;
  let silentConnections: ReturnType<typeof silence>;

  before(async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
    progress(`SEED=${seed}`);
    const random = seeded(seed);
    await build();
    turns = background(besideEdits(20_000));
    await turns.catch(() => undefined);
    handovers = background(handOvers());
    await handovers.catch(() => undefined);
    cutOff = background(cut(180, watched.length));
    silentWatches = background(silence('watches'));
    silentConnections = background(silentWatches.catch(() => undefined).then(() => silence('all')));
    longStops = background(inTurn([longStop(60_000)], 250));
    const rest = Promise.allSettled([silentWatches, silentConnections, longStops]);
    nastyStops = background(
      rest.then(() =>
        inTurn(
          [stopBeforeEvents, stopBetweenTries, stopBetweenTries, stopBetweenTries, stopBeforeConnected],
          50,
        ),
      ),
    );
    const delay = (): number => Math.floor(random() * 2_200);
    randomStops = background(
      rest.then(() =>
        inTurn(
          [
            stopUntilSucceeded(delay()),
            stopUntilSucceeded(delay()),
            ...Array.from({ length: 4 }, () => shortStop(delay(), 8_000 + Math.floor(random() * 10_000))),
          ],
          50,
        ),
      ),
    );
    killed = background(nastyStops.catch(() => undefined).then(() => outage(5)));
  });
  after(() => stages.end());

  it('repairs and changes a site within a second, however often another tenant edits his 32', async () => {
    const { edits, repairs, changes } = await turns;
    const [slowestRepair, slowestChange] = [repairs, changes].map((all) => Math.max(...all));
    progress(
      `beside ${edits} edits: ${repairs.length} repairs within ${slowestRepair} ms, changes within ${slowestChange} ms`,
    );
    assert.ok(edits > 400 && repairs.length > 5, `only ${edits} edits and ${repairs.length} repairs`);
    assert.deepEqual(
      [...repairs, ...changes].filter((milliseconds) => milliseconds > 1_000),
      [],
    );
  });

  it('hands over within 2 s when the leader is told to stop', async () => {
    const { done } = report(await handovers);
    const times = done.filter(({ what }) => what === 'SIGTERM');
    assert.ok(times.length >= 5);
    assert.deepEqual(
      times.map(({ exit }) => exit?.code),
      times.map(() => 0),
    );
    const slow = times.filter(({ milliseconds }) => milliseconds > 2_000);
    assert.deepEqual(
      slow.map(({ milliseconds }) => milliseconds),
      [],
    );
  });

  it('hands over within 20 s when the leader is killed', async () => {
    const { done } = await handovers;
    const killed = done.find(({ what }) => what === 'SIGKILL');
    assert.ok(killed !== undefined && killed.milliseconds <= 20_000, `${killed?.milliseconds} ms`);
  });

  it('carries out what was edited while the leader changed, and two never write in turns', async () => {
    const { late, accepted, refused } = await handovers;
    assert.equal(refused, 0);
    assert.ok(accepted > 200);
    assert.deepEqual(late, []);
  });

  it('is followed within 20 s when it is stopped for a minute, and ends by itself without writing', async () => {
    const { done, late } = report(await longStops);
    assert.deepEqual(late, []);
    assert.deepEqual(
      done.map(({ exit }) => exit?.code),
      [1],
    );
    assert.ok(done[0]!.milliseconds <= 20_000);
  });

  it('writes nothing after somebody else, whatever it was about to write when it was stopped', async () => {
    const { done, late } = report(await nastyStops);
    assert.deepEqual(late, []);
    assert.deepEqual(
      done.map(({ exit }) => exit?.code),
      [1, 1, 1, 1, 1],
    );
  });

  it('writes nothing after somebody else, whenever and for however long it was stopped', async () => {
    const { done, late } = report(await randomStops);
    assert.equal(done.length, 6);
    assert.deepEqual(late, []);
    assert.ok(done.every(({ exit }) => exit === undefined || exit.code === 1));
  });

  it('misses nothing when API server and etcd are killed and come back', async () => {
    const { milliseconds, exits, sites } = await killed;
    progress(
      `API server and etcd killed: ${sites} sites right after ${milliseconds} ms, ${exits.length} processes ended`,
    );
    assert.ok(milliseconds <= 75_000);
    assert.ok(exits.every(({ code }) => code === 1));
  });

  it('finds watches that fell silent without being closed, and misses nothing', async () => {
    const { milliseconds, exits, foundAfter } = await silentWatches;
    progress(
      `watches silent: found after ${foundAfter} s, right after ${milliseconds} ms, ${exits.length} processes ended`,
    );
    assert.ok(milliseconds > 5_000, 'the watches were not silent');
    assert.ok(milliseconds <= 75_000);
    assert.equal(exits.length, 0);
  });

  it('misses nothing when all its connections fall silent without being closed', async () => {
    const { milliseconds, exits } = await silentConnections;
    progress(`connections silent: right after ${milliseconds} ms, ${exits.length} processes ended`);
    assert.ok(milliseconds <= 75_000);
    assert.ok(exits.every(({ code }) => code === 1));
  });

  it('misses nothing of three minutes without a network', async () => {
    const { milliseconds, exits } = await cutOff;
    progress(`cut for 180 s: right ${milliseconds} ms after its end, ${exits.length} processes ended`);
    assert.ok(milliseconds <= 75_000);
    assert.ok(exits.length >= 1, 'the leader went on without its Lease');
    assert.ok(exits.every(({ code }) => code === 1));
  });

  it('says that it is not ready and which kinds are stale, until they are no more', async () => {
    const { stale, staleAfter, readyAfter } = await cutOff;
    progress(`stale after ${staleAfter} s, ready ${readyAfter} s after the cut`);
    for (const kind of watched) assert.match(stale, new RegExp(`no news of ${kind} for`));
    assert.ok(staleAfter >= 55 && readyAfter <= 75);
  });
});

function report<T extends Handovers>(told: T): T {
  for (const { what, milliseconds, exit } of told.done)
    progress(`${what}: next write after ${milliseconds.toFixed(0)} ms, exit code ${exit?.code ?? 'none'}`);
  progress(
    `${told.accepted} edits, ${told.late.length} late writes, all right ${told.milliseconds} ms later`,
  );
  return told;
}

/** A story that nobody waits for yet may fail meanwhile: whoever waits for it is told. */
function background<T>(story: Promise<T>): Promise<T> {
  story.catch(() => undefined);
  return story;
}
