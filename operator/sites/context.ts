import { randomBytes } from 'node:crypto';
import type { Component } from '../components/component.ts';
import type { Clock } from '../kube/clock.ts';
import type { EvenClock } from '../kube/even-clock.ts';
import type { Log } from '../observability/logger.ts';
import type { RouteLooks } from '../tls/route-looks.ts';
import type { DataKeeper } from './data/data-policy.ts';
import type { Answers } from './status/remarks.ts';
import type { Reading } from './readings.ts';
import type { Search } from './hosts/rival.ts';
import type { Settings } from './resolve.ts';
import type { SiteKey } from './site-key.ts';

/** What every pass needs. */
export interface SiteContext extends DataKeeper {
  components: readonly Component[];
  settings: Settings;
  now(): Date;
  /** For how many milliseconds the clock has gone evenly, as far as this process knows. */
  evenFor(): number;
  log: Log;
  /** Since when progress of a site is not told. Nothing hangs on it: after a restart it gathers anew. */
  heldSince: Map<SiteKey, Date>;
  /** What was asked of sites that do not come up, and when; of these nothing hangs on it either. */
  answers: Map<SiteKey, Answers>;
  /** For autoscalers of others, where something points to one. */
  searches: Map<SiteKey, Search>;
  /** Of ConfigMaps, for releases that were not made. */
  readings: Map<SiteKey, Reading>;
  /** The ends of sites that this process has told by an Event. */
  notices: Map<SiteKey, string>;
  /** At what visitors are served; absent where nobody is to look. */
  looks?: Pick<RouteLooks, 'ask' | 'forget'>;
}

export interface SiteContextParts extends Pick<
  SiteContext,
  'cluster' | 'components' | 'operatorNamespace' | 'log' | 'looks'
> {
  clock: Pick<Clock, 'wall'> & Pick<EvenClock, 'evenFor'>;
  settings: Settings;
}

/** The context of a running operator, with real time and real chance. */
export function siteContext({ clock, ...parts }: SiteContextParts): SiteContext {
  return {
    ...parts,
    heldSince: new Map(),
    answers: new Map(),
    searches: new Map(),
    readings: new Map(),
    notices: new Map(),
    marked: new Set(),
    now: () => new Date(clock.wall()),
    evenFor: () => clock.evenFor(),
    randomText: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}

/** Of a site that is gone. What of its data is marked is needed until its credentials are collected. */
export function forget(
  key: SiteKey,
  { heldSince, answers, searches, readings, notices, looks }: SiteContext,
): void {
  for (const remembered of [heldSince, answers, searches, readings, notices]) remembered.delete(key);
  looks?.forget(key);
}
