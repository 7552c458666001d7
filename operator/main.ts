import { components } from './components/index.ts';
import { config } from './config.ts';
import { inClusterAccess } from './kube/access.ts';
import { ApiClient, kubeconfigAccess } from './kube/api-client.ts';
import { ApiCluster } from './kube/api-cluster.ts';
import { Cache } from './kube/cache.ts';
import { systemClock as clock } from './kube/clock.ts';
import type { SiteKey } from './kube/cluster.ts';
import { Controller } from './kube/controller.ts';
import { EventRecorder } from './kube/events.ts';
import { Leader } from './kube/leader.ts';
import { leaseInApi } from './kube/lease.ts';
import { Watches } from './kube/watches.ts';
import { WorkQueue } from './kube/work-queue.ts';
import { cacheProblems, httpServer } from './observability/http.ts';
import { logger } from './observability/logger.ts';
import { metrics } from './observability/metrics.ts';
import { isThere, siteKeys } from './reconcile/observe.ts';
import { reconcileSite } from './reconcile/reconcile-site.ts';
import { workshop } from './reconcile/workshop.ts';

process.on('uncaughtException', ({ message, stack }) => {
  logger('error', process.stdout).error('operator failed', { error: message, stack });
  process.exit(1);
});

const told = config();
const { namespace, identity, images, sizes, api } = told;
const log = logger(told.logLevel, process.stdout);
const { registry, observe, ...hooks } = metrics();
const ground = { clock, random: Math.random, log };

const access = api.from === 'kubeconfig' ? kubeconfigAccess(api.path) : inClusterAccess(api);
const client = new ApiClient({ ...ground, access, userAgent: 'hostedsite-operator', ...hooks.client });
const cache = new Cache();
const watches = new Watches({ ...ground, client, cache, ...hooks.watches });
const leader = new Leader({ ...ground, leases: leaseInApi(client, namespace, told.leaseName), identity });

const reporting = { controller: 'hostedsite.dev/operator', instance: identity };
const events = new EventRecorder({ ...ground, ...reporting, client });
const emit = events.emit.bind(events);
const cluster = new ApiCluster({ client, cache, emit, mayWrite: () => leader.holds() });
const settings = { sizes, images };
const site = workshop({ ...ground, cluster, components, settings, operatorNamespace: namespace });

const queue = new WorkQueue({ ...ground, ...hooks.queue });
const controller = new Controller({
  ...{ ...ground, queue, ...hooks.controller },
  reconcile: (key: SiteKey) => reconcileSite(key, site),
  sites: () => siteKeys(cluster),
  exists: (key) => isThere(cluster, key),
  mine: () => true,
});
cache.onChange((change) => controller.changed(change, !watches.inSync));
observe({ queue, watches, cache, leader });

const stop = new AbortController();
const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const http = await httpServer({ port: told.httpPort, registry, problems: () => cacheProblems(watches) });
const watching = watches.run(stop.signal);
let working = Promise.resolve();
const end = await leader.run(stop.signal, () => {
  working = Promise.race([watches.whenInSync(), stopped]).then(() => controller.run(stop.signal));
});
// Another process may lead already: what is under way here must not be finished.
if (end === 'lost') process.exit(1);
await working;
await events.idle();
await leader.release();
await Promise.all([watching, http.close()]);
await client.close();
log.info('operator stopped');
process.exit(0);
