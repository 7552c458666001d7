import { begunTasks, byTask } from './actions/site-task/task-key.ts';
import { taskLoop, taskRights } from './actions/site-task/task-loop.ts';
import { components } from './components/index.ts';
import type { Config } from './config.ts';
import type { AccessSource } from './kube/client/access.ts';
import { ApiClient } from './kube/client/api-client.ts';
import { ApiCluster } from './kube/client/api-cluster.ts';
import { Cache } from './kube/watch/cache.ts';
import type { Clock } from './kube/clock.ts';
import { Controller } from './kube/loop/controller.ts';
import { EvenClock } from './kube/even-clock.ts';
import { EventRecorder, eventRights } from './kube/events.ts';
import type { Key } from './kube/key.ts';
import { Leader } from './kube/leader/leader.ts';
import type { LeaderTiming } from './kube/leader/leader.ts';
import { leaseInApi, leaseRights } from './kube/leader/lease.ts';
import type { Loop } from './kube/loop/loop.ts';
import { Loops } from './kube/loop/loops.ts';
import type { Right } from './kube/right.ts';
import { definitionRights } from './kube/watch/definition.ts';
import { Watches } from './kube/watch/watches.ts';
import { cachedResources, resourceOf } from './kinds/resources.ts';
import type { Priority } from './kube/turns.ts';
import { cacheProblems, httpServer } from './observability/http.ts';
import type { Log } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import { byHolder } from './sites/hosts/reservation.ts';
import { copiesLoop } from './sites/data/orphaned-copies.ts';
import { passRights } from './sites/rights.ts';
import { bySite, taskPods } from './sites/site-key.ts';
import { siteLoop } from './sites/site-loop.ts';
import { siteContext } from './sites/context.ts';
import { handshake } from './tls/handshake.ts';
import { RouteLooks } from './tls/route-looks.ts';

/** All that the operator has to be allowed to do. The rules of its roles in the chart are generated from this. */
export const operatorRights: readonly Right[] = [
  ...components.flatMap(({ rights }) => rights),
  ...passRights,
  ...taskRights,
  ...eventRights,
  ...definitionRights,
  ...leaseRights,
];

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

/**
 * The whole operator, from the caches to the HTTP server, until the signal aborts ('stopped': everything under way is
 * finished and the lease given back) or until leadership is lost ('lost': what is under way must not be finished,
 * so the process has to end at once).
 */
export async function operator(
  config: Config,
  { access, metrics, timing, ...runtime }: Surroundings,
  signal: AbortSignal,
): Promise<'stopped' | 'lost'> {
  const { namespace, identity, images, sizes, network, hosts, trustedProxies } = config;
  const { registry, observe, loop: measuredLoop, ...hooks } = metrics;
  const client = new ApiClient({ ...runtime, access, userAgent: 'hostedsite-operator', ...hooks.client });
  const cache = new Cache(cachedResources, { namespaces: config.watchNamespaces, home: namespace }, [
    bySite,
    taskPods,
    byHolder(namespace),
    byTask,
    begunTasks,
  ]);
  const watches = new Watches({ ...runtime, client, cache, ...hooks.watches });
  const leases = leaseInApi(client, namespace, config.leaseName);
  const leader = new Leader({ ...runtime, leases, identity, timing });

  const reporting = { controller: 'hostedsite.dev/operator', instance: identity };
  const mayWrite = (): boolean => leader.holds();
  const events = new EventRecorder({ ...runtime, ...reporting, client, mayWrite });
  const emit = events.emit.bind(events);
  const clusterFor = (priority: Priority): ApiCluster =>
    new ApiCluster({ resources: resourceOf, client, cache, emit, mayWrite, priority });
  const cluster = clusterFor('drift');
  const settings = { sizes, images, network, hosts, trustedProxies };
  const view = routeLooks(config, runtime.clock, (key) => sites.wake(key, 'drift'));
  const forSites = { cluster, components, settings, operatorNamespace: namespace };
  const site = siteContext({ ...view, ...forSites, log: runtime.log, clock: new EvenClock(runtime.clock) });

  const controller = (loop: Loop): Controller =>
    new Controller({ ...runtime, loop, sees: (space) => watches.sees(space), ...measuredLoop(loop.name) });
  const sites = controller(siteLoop(site));
  const controllers = [
    sites,
    // Somebody waits for a task, and a site's repair asks for many objects at once; copies can wait.
    controller(taskLoop({ cluster: clusterFor('user'), clock: runtime.clock, bySite })),
    controller(copiesLoop({ ...site, cluster: clusterFor('resync') })),
  ];
  const loops = new Loops({ cache, watches, cluster, controllers });
  observe({ controllers, watches, cache, leader, client });

  const http = await httpServer({ port: config.httpPort, registry, problems: () => cacheProblems(watches) });
  const watching = watches.run(signal);
  let working = Promise.resolve();
  const end = await leader.run(signal, () => {
    working = loops.run(signal);
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

function routeLooks(
  { verifyTLS, network: { forbiddenNetworks: forbidden } }: Config,
  clock: Clock,
  found: (key: Key) => void,
): { looks?: RouteLooks } {
  if (!verifyTLS) return {};
  const now = (): Date => new Date(clock.wall());
  return {
    looks: new RouteLooks({ clock, greet: (target) => handshake(target, { forbidden, now }), found }),
  };
}
