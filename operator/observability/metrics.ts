import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { ApiClient, ApiClientOptions } from '../kube/client/api-client.ts';
import type { Cache } from '../kube/watch/cache.ts';
import type { LoopHooks } from '../kube/loop/controller.ts';
import type { Leader } from '../kube/leader/leader.ts';
import type { Loop } from '../kube/loop/loop.ts';
import { pools } from '../kube/client/transport.ts';
import type { Watches, WatchesOptions } from '../kube/watch/watches.ts';
import type { WorkQueue } from '../kube/loop/work-queue.ts';
import { cronGauges } from './cron-metrics.ts';
import { renderingGauge } from './rendering-metrics.ts';

/** What the layers call (their hooks, ready to be handed over), and what Prometheus reads. */
export interface Metrics {
  readonly registry: Registry;
  readonly client: Required<Pick<ApiClientOptions, 'answered'>>;
  /** Of the loop of this name: the value of the labels `controller` and `name`. */
  readonly loop: (name: string) => Required<LoopHooks>;
  readonly watches: Required<Pick<WatchesOptions, 'restarted' | 'received'>>;
  /** Gauges that are read from the parts themselves at each scrape. */
  observe: (parts: ObservedParts) => void;
}

export interface ObservedParts {
  controllers: readonly { loop: Pick<Loop, 'name'>; queue: ObservedQueue }[];
  watches: Pick<Watches, 'staleness'>;
  cache: Pick<Cache, 'kinds' | 'size' | 'list'>;
  leader: Pick<Leader, 'holds'>;
  client?: Pick<ApiClient, 'sockets'>;
}

type ObservedQueue = Pick<WorkQueue, 'depth' | 'running' | 'runningFor'>;

export interface MetricsOptions {
  /** Metrics of the process: memory, event loop, garbage collection. They start timers; off in specs. */
  process?: boolean;
}

/** Seconds: a pass without writes takes less than a millisecond, a new site some tenths of a second. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Names are those of controller-runtime and client-go where they have one, so that existing dashboards serve. */
export function metrics({ process = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const passed = passes(registers);
  const queueEvents = queueCounters(registers);
  // Ten times as rare as usual: the timer that measures the event loop would be most of what an idle operator does.
  if (process) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return {
    registry,
    client: { answered: answers(registers) },
    loop: (name) => ({ passed: passed(name), ...queueEvents(name) }),
    watches: { restarted: restarts(registers), received: bytes(registers) },
    observe(parts) {
      queueGauges(registers, parts.controllers);
      cacheGauges(registers, parts);
      cronGauges(registers, parts.cache);
      renderingGauge(registers, parts.cache);
      if (parts.client !== undefined) socketGauge(registers, parts.client);
      gauge(
        registers,
        'leader_election_master_status',
        'Whether this process leads (1) or stands by (0).',
        () => [[{ name: 'hostedsite' }, Number(parts.leader.holds())]],
      );
    },
  };
}

function answers(registers: Registry[]): Metrics['client']['answered'] {
  const total = new Counter({
    registers,
    name: 'rest_client_requests_total',
    help: 'Answers of the API server by method and status; 0 means that there was none.',
    labelNames: ['method', 'code'],
  });
  const time = new Histogram({
    registers,
    buckets,
    name: 'rest_client_request_duration_seconds',
    help: 'Time until the head of an answer, by method; of a watch until it is open.',
    labelNames: ['method'],
  });
  return (method, code, seconds) => {
    total.inc({ method, code: String(code) });
    time.observe({ method }, seconds);
  };
}

function passes(registers: Registry[]): (controller: string) => Required<LoopHooks>['passed'] {
  const total = new Counter({
    registers,
    name: 'controller_runtime_reconcile_total',
    help: 'Passes by result.',
    labelNames: ['controller', 'result'],
  });
  const errors = new Counter({
    registers,
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Passes that failed.',
    labelNames: ['controller'],
  });
  const time = new Histogram({
    registers,
    buckets,
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long passes took.',
    labelNames: ['controller'],
  });
  return (controller) => {
    errors.inc({ controller }, 0);
    return (result, seconds) => {
      total.inc({ controller, result });
      if (result === 'error') errors.inc({ controller });
      time.observe({ controller }, seconds);
    };
  };
}

function queueCounters(registers: Registry[]): (name: string) => Omit<Required<LoopHooks>, 'passed'> {
  const labelNames = ['name'] as const;
  const adds = new Counter({ registers, labelNames, name: 'workqueue_adds_total', help: 'Keys added.' });
  const retries = new Counter({
    registers,
    labelNames,
    name: 'workqueue_retries_total',
    help: 'Keys added again after a failure.',
  });
  const waited = new Histogram({
    registers,
    buckets,
    name: 'workqueue_queue_duration_seconds',
    help: 'How long keys waited for their turn.',
    labelNames: ['name', 'priority'],
  });
  return (name) => ({
    added: () => adds.inc({ name }),
    taken: (priority, milliseconds) => waited.observe({ name, priority }, milliseconds / 1000),
    retried: () => retries.inc({ name }),
  });
}

function restarts(registers: Registry[]): Metrics['watches']['restarted'] {
  const total = new Counter({
    registers,
    name: 'hostedsite_watch_restarts_total',
    help: 'Watches that ended and were started again, by kind and cause.',
    labelNames: ['kind', 'cause'],
  });
  return (kind, cause) => total.inc({ kind, cause });
}

function bytes(registers: Registry[]): Metrics['watches']['received'] {
  const total = new Counter({
    registers,
    name: 'hostedsite_watch_received_bytes_total',
    help: 'Bytes that watches brought, by kind.',
    labelNames: ['kind'],
  });
  return (kind, count) => total.inc({ kind }, count);
}

function queueGauges(registers: Registry[], controllers: ObservedParts['controllers']): void {
  const each = (read: (queue: ObservedQueue) => number, label = 'name') => {
    return (): Reading[] => controllers.map(({ loop, queue }) => [{ [label]: loop.name }, read(queue)]);
  };
  gauge(
    registers,
    'workqueue_depth',
    'Keys that wait for a worker.',
    each(({ depth }) => depth),
  );
  gauge(
    registers,
    'controller_runtime_active_workers',
    'Workers that are busy.',
    each(({ running }) => running, 'controller'),
  );
  gauge(
    registers,
    'workqueue_unfinished_work_seconds',
    'Age of all running passes together.',
    each((queue) => queue.runningFor().reduce((sum, age) => sum + age / 1000, 0)),
  );
  gauge(
    registers,
    'workqueue_longest_running_processor_seconds',
    'Age of the longest running pass.',
    each((queue) => Math.max(0, ...queue.runningFor()) / 1000),
  );
}

function cacheGauges(registers: Registry[], { cache, watches }: ObservedParts): void {
  gauge(registers, 'hostedsite_cache_objects', 'Objects that are held in memory, by kind.', () =>
    cache.kinds.map((kind) => [{ kind }, cache.size(kind)]),
  );
  gauge(
    registers,
    'hostedsite_cache_staleness_seconds',
    'Time since the API server last told news, by kind.',
    () => watches.staleness().map(({ kind, milliseconds }) => [{ kind }, milliseconds / 1000]),
  );
}

function socketGauge(registers: Registry[], client: Pick<ApiClient, 'sockets'>): void {
  gauge(registers, 'hostedsite_open_sockets', 'Open connections to the API server, by pool.', () =>
    pools.map((pool) => [{ pool }, client.sockets[pool]]),
  );
}

type Reading = [labels: Record<string, string>, value: number];

function gauge(registers: Registry[], name: string, help: string, read: () => Reading[]): void {
  const labelNames = ['name', 'kind', 'controller', 'pool'];
  new Gauge({
    registers,
    name,
    help,
    labelNames,
    collect() {
      for (const [labels, value] of read()) this.set(labels, value);
    },
  });
}
