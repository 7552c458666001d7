import { randomBytes } from 'node:crypto';
import { Agent } from 'undici';
import { clusterEnvironment } from './cluster.ts';
import { everyday } from './load/everyday.ts';
import type { Summary } from './load/summary.ts';
import { summary } from './load/summary.ts';
import type { Outcome, Target, Visit } from './load/visit.ts';
import { made } from './load/visit.ts';
import { started } from './started.ts';

export interface LoadOptions {
  /** Requests a second, of all kinds together. Default: 40. */
  readonly rate?: number;
  /** So many come at once, and as much more seldom. Default: 1. */
  readonly crowd?: number;
  /** What is asked for, in turn. Default: what the image `node-example` answers. */
  readonly visits?: readonly Visit[];
  /** Milliseconds after which a request has failed. Default: 10,000. */
  readonly patience?: number;
  /** Port on loopback. Default: the one that leads to the cluster's ingress. */
  readonly port?: number;
}

export interface Load {
  /** What has ended since the start, or since the lap before. What is under way belongs to the next one. */
  lap(): Summary;
  /** Until so many more requests have ended: the way to wait for visitors, and not for a clock. */
  more(requests: number): Promise<void>;
  /** Sends nothing more, waits for what is under way, and tells of everything since the start; also when it is called again. */
  stop(): Promise<Summary>;
}

/**
 * Visitors who come at a steady rate, however long the others take: a stall shows as latency and not as fewer requests. A
 * request that is sent late because the load itself was stalled took longer by that. Nothing is asked twice, so what failed
 * once has failed.
 */
export async function load(host: string, options: LoadOptions = {}): Promise<Load> {
  const { rate = 40, crowd = 1, visits = everyday, patience = 10_000 } = options;
  const port = options.port ?? (await clusterEnvironment()).HOSTEDSITE_HTTP_PORT;
  const agents = { kept: new Agent({ keepAliveTimeout: 60_000 }), new: new Agent({ pipelining: 0 }) };
  const target = { origin: `http://127.0.0.1:${port}`, host, agents, patience };
  const outcomes: Outcome[] = [];
  let told = 0;
  let waiting: { until: number; wake: () => void }[] = [];
  const visitors = comeAndGo(visits, { rate, crowd }, target, (outcome) => {
    outcomes.push(outcome);
    for (const { wake } of waiting.filter(({ until }) => outcomes.length >= until)) wake();
    waiting = waiting.filter(({ until }) => outcomes.length < until);
  });
  const stop = async (): Promise<Summary> => {
    await visitors.stop();
    await Promise.all([agents.kept.close(), agents.new.close()]);
    return summary(outcomes);
  };
  let stopped: Promise<Summary> | undefined;
  return {
    more: (requests) =>
      new Promise((wake) => waiting.push({ until: outcomes.length + requests, wake: () => wake() })),
    lap: () => {
      const since = told;
      told = outcomes.length;
      return summary(outcomes.slice(since, told));
    },
    stop: () => (stopped ??= stop()),
  };
}

/**
 * To be called in a `describe`, and before `namespace`: as `load`, and visitors that a story leaves behind because it failed stop
 * after it. Else they would come on, and the tests never end.
 */
export function loads(): typeof load {
  const all = started();
  return (...words) => all.run(() => load(...words));
}

function comeAndGo(
  visits: readonly Visit[],
  { rate, crowd }: { rate: number; crowd: number },
  target: Target,
  ended: (outcome: Outcome) => void,
): { stop(): Promise<void> } {
  const [run, began] = [randomBytes(4).toString('hex'), performance.now()];
  const underWay = new Set<Promise<void>>();
  const due = (number: number): number => began + (Math.floor(number / crowd) * crowd * 1000) / rate;
  let [sent, timer] = [0, setTimeout(come, 0)];
  function come(): void {
    // A timer that was late makes up for what is due.
    for (; due(sent) <= performance.now(); sent += 1) {
      const visit = visits[sent % visits.length];
      if (visit === undefined) return;
      const request = made(visit, `${run}-${sent}`, due(sent), target).then((outcome) => {
        underWay.delete(request);
        ended(outcome);
      });
      underWay.add(request);
    }
    timer = setTimeout(come, Math.max(0, due(sent) - performance.now()));
  }
  return {
    stop: async () => {
      clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}
