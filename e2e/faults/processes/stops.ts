import { leading } from './handover.ts';
import type { Handover, Round } from './handover.ts';
import { edit, image } from './sites.ts';
import type { Stage } from './stage.ts';

/** Leaders that are stopped (SIGSTOP) and wake up when somebody else leads. */

/** Stopped for a fixed time, in milliseconds, long enough for the standby. */
export function longStop(milliseconds: number): Round {
  return async (stage) => {
    const old = await leading(stage);
    const at = Date.now();
    old.signal('SIGSTOP');
    const next = await stage.successor(old, at, 40);
    await moment(at + milliseconds - Date.now());
    old.signal('SIGCONT');
    return {
      what: `SIGSTOP ${milliseconds} ms`,
      milliseconds: next.receivedAt - at,
      exit: await old.ended(),
    };
  };
}

/** Stopped at some moment between two renewals, woken at the very moment at which somebody else begins to write. */
export function stopUntilSucceeded(delay: number): Round {
  return async (stage) => {
    const old = await leading(stage);
    await moment(delay);
    const at = Date.now();
    old.signal('SIGSTOP');
    const next = await stage.successor(old, at, 40);
    old.signal('SIGCONT');
    return { what: `SIGSTOP after ${delay} ms`, milliseconds: next.receivedAt - at, exit: await old.ended() };
  };
}

/** Stopped for about as long as a Lease lasts: whoever leads afterwards, only one may write. */
export function shortStop(delay: number, milliseconds: number): Round {
  return async (stage) => {
    const old = await leading(stage);
    await moment(delay);
    const at = Date.now();
    old.signal('SIGSTOP');
    await moment(milliseconds);
    old.signal('SIGCONT');
    const what = `SIGSTOP ${milliseconds} ms after ${delay} ms`;
    const woken = Date.now();
    // Whoever leads writes at once under the trickle: that decides the round.
    const writer = await stage.writer(woken, 40);
    if (writer.who === old.name) return { what, milliseconds: writer.receivedAt - at };
    return { what, milliseconds: writer.receivedAt - at, exit: await old.ended() };
  };
}

/** Stopped while writes wait for their second try, with idle connections: nothing but time is between them and the API server. */
export async function stopBetweenTries(stage: Stage): Promise<Handover> {
  const old = await leading(stage);
  // Edits are seen and their writes get no answer, until several are under way.
  old.relay.mute();
  await moment(1_000);
  const told = old.logged('watch interrupted', 10_000);
  const passed = Date.now();
  old.relay.reset('half');
  old.relay.pass();
  // It knows of the end of its connections: the pause until the second try is 100 ms at least.
  await told;
  const at = Date.now();
  old.signal('SIGSTOP');
  const next = await stage.successor(old, at, 40);
  old.signal('SIGCONT');
  const exit = await old.ended();
  // The other half of what was under way has arrived.
  const arrived = stage.writes().filter(({ who, doneAt }) => who === old.name && doneAt > passed);
  if (arrived.length < 2) throw new Error('no writes were under way: this round has shown nothing');
  return { what: 'SIGSTOP between two tries', milliseconds: next.receivedAt - at, exit };
}

/** Stopped while answers are under way to writes of status that Events would follow: they are there when it wakes up. */
export async function stopBeforeEvents(stage: Stage, sites: readonly string[]): Promise<Handover> {
  const old = await leading(stage);
  const told = old.logged('site written', 10_000);
  const edits = sites.map((name) => edit(stage, name, { image: image(100) }));
  // Logged right before the status is written.
  await told;
  const at = Date.now();
  old.signal('SIGSTOP');
  await Promise.all(edits);
  const next = await stage.successor(old, at, 40);
  old.signal('SIGCONT');
  return { what: 'SIGSTOP before Events', milliseconds: next.receivedAt - at, exit: await old.ended() };
}

/** Stopped while writes wait for a connection: it comes about while the process sleeps. */
export async function stopBeforeConnected(stage: Stage): Promise<Handover> {
  const old = await leading(stage);
  old.relay.mute();
  await moment(6_000);
  old.relay.reset();
  await moment(800);
  const at = Date.now();
  old.signal('SIGSTOP');
  old.relay.pass();
  const next = await stage.successor(old, at, 40);
  old.signal('SIGCONT');
  return { what: 'SIGSTOP without connection', milliseconds: next.receivedAt - at, exit: await old.ended() };
}

/** The time of a fault, not a wait for something to come about. */
function moment(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
