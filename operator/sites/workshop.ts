import { randomBytes } from 'node:crypto';
import type { Component } from '../components/component.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../observability/logger.ts';
import type { RouteLooks } from '../tls/route-looks.ts';
import type { DataKeeper } from './data/data-policy.ts';
import type { Answers } from './status/remarks.ts';
import type { Reading } from './readings.ts';
import type { Search } from './hosts/rival.ts';
import type { Settings } from './resolve.ts';
import type { SiteKey } from './site-key.ts';

/** What every pass needs. */
export interface Workshop extends DataKeeper {
  components: readonly Component[];
  settings: Settings;
  now(): Date;
  log: Log;
  /** Since when progress of a site is not told. Nothing hangs on it: after a restart it gathers anew. */
  untold: Map<SiteKey, Date>;
  /** What was asked of sites that do not come up, and when; of these nothing hangs on it either. */
  answers: Map<SiteKey, Answers>;
  /** For autoscalers of others, where something points to one. */
  searches: Map<SiteKey, Search>;
  /** Of ConfigMaps, for releases that were not made. */
  readings: Map<SiteKey, Reading>;
  /** At what visitors are served; absent where nobody is to look. */
  looks?: Pick<RouteLooks, 'ask' | 'forget'>;
}

export interface WorkshopParts extends Pick<
  Workshop,
  'cluster' | 'components' | 'operatorNamespace' | 'log' | 'looks'
> {
  clock: Pick<Clock, 'wall'>;
  settings: Settings;
}

/** The workshop of a running operator, with real time and real chance. */
export function workshop({ clock, ...parts }: WorkshopParts): Workshop {
  return {
    ...parts,
    untold: new Map(),
    answers: new Map(),
    searches: new Map(),
    readings: new Map(),
    marked: new Set(),
    now: () => new Date(clock.wall()),
    randomText: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}

/** Of a site that is gone. What of its data is marked is needed until its credentials are collected. */
export function forget(key: SiteKey, { untold, answers, searches, readings, looks }: Workshop): void {
  for (const remembered of [untold, answers, searches, readings]) remembered.delete(key);
  looks?.forget(key);
}
