import { late } from './audit.ts';
import type { Write } from './audit.ts';
import type { Exit, OperatorPod } from './operator-pod.ts';
import { carriedOut, create, edit, image, siteNames } from './sites.ts';
import { Stage } from './stage.ts';
import { Trickle } from './trickle.ts';

export interface Handover {
  readonly what: string;
  /** From the signal to the first write of the next process. */
  readonly milliseconds: number;
  /** How the old process ended; undefined when it goes on. */
  readonly exit?: Exit;
}

export interface Handovers {
  readonly done: readonly Handover[];
  /** Writes that landed after a later leader had begun to write. */
  readonly late: readonly Write[];
  /** Until all that was edited meanwhile was carried out. */
  readonly milliseconds: number;
  /** Edits that the API server took, and that it did not. */
  readonly accepted: number;
  readonly refused: number;
}

export type Round = (stage: Stage, sites: readonly string[]) => Promise<Handover>;

/** One change of leaders after the other on a stage of their own, under a steady trickle of edits. */
export async function inTurn(rounds: readonly Round[], editInterval: number): Promise<Handovers> {
  const stage = await Stage.start();
  try {
    await stage.operators(2);
    const names = siteNames('shop', 20);
    for (const name of names) await create(stage, name);
    await carriedOut(stage, 60);
    const trickle = new Trickle(stage, names, editInterval);
    const done: Handover[] = [];
    for (const round of rounds) {
      const handover = await round(stage, names);
      done.push(handover);
      // A stop that was too short to lose anything leaves both processes running.
      if (handover.exit !== undefined) await stage.ready(await stage.operator(), 60);
    }
    await trickle.stop();
    const { accepted, refused } = trickle;
    const milliseconds = await carriedOut(stage, 75);
    const processes = new Set(stage.pods.map(({ name }) => name));
    return { done, late: late(stage.writes(), processes), milliseconds, accepted, refused };
  } finally {
    await stage.stop();
  }
}

/** The leader is ended five times by SIGTERM and once by SIGKILL. */
export function handOvers(): Promise<Handovers> {
  const signals = [...Array.from({ length: 5 }, () => 'SIGTERM' as const), 'SIGKILL' as const];
  return inTurn(
    signals.map((signal, at) => (stage, sites) => handOver(stage, signal, sites, at + 2)),
    100,
  );
}

/** Ends the leader, with 20 edits made at that moment, and waits until a warm standby writes. */
async function handOver(
  stage: Stage,
  signal: 'SIGTERM' | 'SIGKILL',
  sites: readonly string[],
  release: number,
): Promise<Handover> {
  const old = await leading(stage);
  const at = Date.now();
  old.signal(signal);
  const edits = sites.map((name) => edit(stage, name, { image: image(release) }));
  const next = await stage.successor(old, at, 40);
  await Promise.all(edits);
  return { what: signal, milliseconds: next.receivedAt - at, exit: await old.ended() };
}

/** The process that the Lease names. */
export async function leading(stage: Stage): Promise<OperatorPod> {
  const pod = await stage.leader();
  if (pod === undefined) throw new Error('no operator leads');
  return pod;
}
