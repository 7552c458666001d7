import assert from 'node:assert/strict';
import { metrics } from './metrics.ts';
import type { ObservedParts } from './metrics.ts';

const site = {
  apiVersion: 'hostedsite.dev/v1alpha1',
  kind: 'HostedSite',
  metadata: { namespace: 'a', name: 'shop' },
  status: { cron: [{ name: 'report', missed: 2 }] },
};

const parts: ObservedParts = {
  controllers: [
    { loop: { name: 'hostedsite' }, queue: { depth: 3, running: 2, runningFor: () => [1_000, 2_500] } },
    { loop: { name: 'other' }, queue: { depth: 1, running: 0, runningFor: () => [] } },
  ],
  watches: { staleness: () => [{ kind: 'Pod', milliseconds: 61_000 }] },
  cache: { kinds: ['Pod'], size: () => 22, list: () => [site] },
  leader: { holds: () => true },
  client: { sockets: { requests: 2, watches: 13, urgent: 1 } },
};

describe('metrics', () => {
  it('has the names of controller-runtime and client-go', async () => {
    const { registry, client, loop, watches, observe } = metrics({ process: false });
    const { passed, added, retried, taken } = loop('hostedsite');
    loop('other').added();
    observe(parts);
    client.answered('GET', 200, 0.004);
    passed('success', 0.02);
    passed('error', 0.2);
    added();
    retried();
    taken('user', 4);
    watches.restarted('Pod', 'silent');
    watches.received('Pod', 1_200);
    watches.received('Pod', 34);
    const text = await registry.metrics();
    const expected = [
      'rest_client_requests_total{method="GET",code="200"} 1',
      'rest_client_request_duration_seconds_bucket{le="0.005",method="GET"} 1',
      'rest_client_request_duration_seconds_count{method="GET"} 1',
      'controller_runtime_reconcile_total{controller="hostedsite",result="success"} 1',
      'controller_runtime_reconcile_total{controller="hostedsite",result="error"} 1',
      'controller_runtime_reconcile_errors_total{controller="hostedsite"} 1',
      'controller_runtime_reconcile_time_seconds_count{controller="hostedsite"} 2',
      'controller_runtime_active_workers{controller="hostedsite"} 2',
      'workqueue_depth{name="hostedsite"} 3',
      'workqueue_depth{name="other"} 1',
      'workqueue_adds_total{name="other"} 1',
      'workqueue_adds_total{name="hostedsite"} 1',
      'workqueue_retries_total{name="hostedsite"} 1',
      'workqueue_queue_duration_seconds_count{name="hostedsite",priority="user"} 1',
      'workqueue_unfinished_work_seconds{name="hostedsite"} 3.5',
      'workqueue_longest_running_processor_seconds{name="hostedsite"} 2.5',
      'hostedsite_watch_restarts_total{kind="Pod",cause="silent"} 1',
      'hostedsite_watch_received_bytes_total{kind="Pod"} 1234',
      'hostedsite_open_sockets{pool="requests"} 2',
      'hostedsite_open_sockets{pool="watches"} 13',
      'hostedsite_open_sockets{pool="urgent"} 1',
      'hostedsite_cache_staleness_seconds{kind="Pod"} 61',
      'hostedsite_cache_objects{kind="Pod"} 22',
      'hostedsite_cron_missed_periods{namespace="a",name="shop",cron="report"} 2',
      'leader_election_master_status{name="hostedsite"} 1',
    ];
    const lines = text.split('\n');
    for (const line of expected) assert.ok(lines.includes(line), `${line} is missing in\n${text}`);
  });

  it('reads gauges anew at each scrape', async () => {
    const { registry, observe } = metrics({ process: false });
    const queue = { depth: 1, running: 0, runningFor: () => [] };
    observe({ ...parts, controllers: [{ loop: { name: 'hostedsite' }, queue }] });
    assert.match(await registry.metrics(), /workqueue_depth\{name="hostedsite"\} 1\n/);
    queue.depth = 5;
    assert.match(await registry.metrics(), /workqueue_depth\{name="hostedsite"\} 5\n/);
    assert.match(
      await registry.metrics(),
      /workqueue_longest_running_processor_seconds\{name="hostedsite"\} 0\n/,
    );
  });

  it('has the process: memory, event loop, garbage collection', async () => {
    const text = await metrics().registry.metrics();
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
    ])
      assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
  });

  it('begins with no errors instead of with nothing, so that a rate can be taken', async () => {
    const { registry, loop } = metrics({ process: false });
    loop('other');
    const text = await registry.metrics();
    assert.match(text, /controller_runtime_reconcile_errors_total\{controller="other"\} 0\n/);
  });
});
