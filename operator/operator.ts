import { components } from './components/index.ts';
import type { Config } from './config.ts';
import type { AccessSource } from './kube/access.ts';
import { ApiClient } from './kube/api-client.ts';
import { ApiCluster } from './kube/api-cluster.ts';
import { Cache } from './kube/cache.ts';
import type { Clock } from './kube/clock.ts';
import type { SiteKey } from './kube/cluster.ts';
import { Controller } from './kube/controller.ts';
import { EventRecorder } from './kube/events.ts';
import { Leader } from './kube/leader.ts';
import type { LeaderTiming } from './kube/leader.ts';
import { leaseInApi } from './kube/lease.ts';
import { cachedKinds } from './kube/resources.ts';
import { Watches } from './kube/watches.ts';
import { WorkQueue } from './kube/work-queue.ts';
import { cacheProblems, httpServer } from './observability/http.ts';
import type { Log } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import { handshake } from './tls/handshake.ts';
import { RouteLooks } from './tls/route-looks.ts';
import { concerned } from './reconcile/host-claim.ts';
import { isThere, siteKeys } from './reconcile/observe.ts';
import { collectForEver } from './reconcile/orphaned-copies.ts';
import { reconcileSite } from './reconcile/reconcile-site.ts';
import { workshop } from './reconcile/workshop.ts';

/** What an operator takes from the process that it runs in. */
export interface Surroundings {
  readonly access: AccessSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of the lease. Default: that of `Leader`. */
  readonly timing?: LeaderTiming;
}

/** What a site is told to be, and what must not be forgotten of it: deciding by an old view of these does harm. */
const lasting = ['HostedSite', 'PersistentVolumeClaim', 'ControllerRevision'] as const;

/**
 * The whole operator, from the caches to the HTTP server, until the signal aborts ('stopped': everything under way is
 * finished and the lease given back) or until leadership is lost ('lost': what is under way must not be finished,
 * so the process has to end at once).
 */
export async function operator(
  told: Config,
  { access, metrics, timing, ...ground }: Surroundings,
  signal: AbortSignal,
): Promise<'stopped' | 'lost'> {
  const { namespace, identity, images, sizes, network, hosts, trustedProxies } = told;
  const { registry, observe, ...hooks } = metrics;
  const client = new ApiClient({ ...ground, access, userAgent: 'hostedsite-operator', ...hooks.client });
  const cache = new Cache(cachedKinds, namespace);
  const watches = new Watches({ ...ground, client, cache, home: namespace, ...hooks.watches });
  const leases = leaseInApi(client, namespace, told.leaseName);
  const leader = new Leader({ ...ground, leases, identity, timing });

  const reporting = { controller: 'hostedsite.dev/operator', instance: identity };
  const mayWrite = (): boolean => leader.holds();
  const events = new EventRecorder({ ...ground, ...reporting, client, mayWrite });
  const emit = events.emit.bind(events);
  const cluster = new ApiCluster({ client, cache, emit, mayWrite });
  const settings = { sizes, images, network, hosts, trustedProxies };
  const view = routeLooks(told, ground.clock, (key) => controller.reconsider([key], 'drift'));
  const site = workshop({ ...ground, ...view, cluster, components, settings, operatorNamespace: namespace });

  const queue = new WorkQueue({ ...ground, ...hooks.queue, mostOfNamespace: 12 });
  const controller = new Controller({
    ...{ ...ground, queue, ...hooks.controller },
    reconcile: (key: SiteKey) => reconcileSite(key, site),
    sites: () => siteKeys(cluster),
    exists: (key) => isThere(cluster, key),
    mine: () => true,
  });
  cache.onChange((change) => {
    const ofClaim = concerned(change, cluster, namespace);
    if (ofClaim === undefined) controller.changed(change, !watches.inSync);
    else controller.reconsider(ofClaim, 'drift');
  });
  cache.onKind(() => watches.inSync && controller.reconsider(siteKeys(cluster), 'resync'));
  observe({ queue, watches, cache, leader, client });

  const http = await httpServer({ port: told.httpPort, registry, problems: () => cacheProblems(watches) });
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const watching = watches.run(signal);
  let working = Promise.resolve();
  const work = async (until: AbortSignal): Promise<void> => {
    await Promise.all([controller.run(until), collectForEver(site, ground.clock, until)]);
  };
  const end = await leader.run(signal, () => {
    working = Promise.race([current(watches, signal), stopped]).then(() => work(signal));
  });
  if (end === 'lost') {
    void http.close();
    return end;
  }
  await working;
  await events.idle();
  await leader.release();
  await Promise.all([watching, http.close()]);
  await client.close();
  return end;
}

/** Whoever led before may have acted on newer sites than a standby's watch has told: what it did must not be undone. */
async function current(watches: Watches, signal: AbortSignal): Promise<void> {
  await watches.whenInSync();
  await Promise.all(lasting.map((kind) => watches.catchUp(kind, signal)));
}

function routeLooks(
  { verifyTLS, network: { forbiddenNetworks: forbidden } }: Config,
  clock: Clock,
  found: (key: SiteKey) => void,
): { looks?: RouteLooks } {
  if (!verifyTLS) return {};
  const now = (): Date => new Date(clock.wall());
  return {
    looks: new RouteLooks({ clock, greet: (target) => handshake(target, { forbidden, now }), found }),
  };
}
