import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { HostedSite, HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Cache } from '../kube/watch/cache.ts';

type Told = NonNullable<HostedSiteStatus['cron']>[number];

/** What the sites' status tells of their cron jobs, for alerts: a job that is there no more is told no more. */
export function cronGauges(registers: Registry[], cache: Pick<Cache, 'list'>): void {
  cronGauge(registers, cache, {
    name: 'hostedsite_cron_missed_periods',
    help: 'Periods in a row that went by without a success of the cron job; 10 stands for 10 or more.',
    value: ({ missed }) => missed,
  });
  cronGauge(registers, cache, {
    name: 'hostedsite_cron_last_success_timestamp_seconds',
    help: 'When the last run of the cron job that succeeded ended; none before the first.',
    value: ({ lastSuccess }) => (lastSuccess === undefined ? undefined : Date.parse(lastSuccess) / 1000),
  });
}

function cronGauge(
  registers: Registry[],
  cache: Pick<Cache, 'list'>,
  { value, ...about }: { name: string; help: string; value: (job: Told) => number | undefined },
): void {
  new Gauge({
    registers,
    ...about,
    labelNames: ['namespace', 'name', 'cron'],
    collect() {
      this.reset();
      for (const object of cache.list('HostedSite')) {
        const { metadata, status } = object as HostedSite;
        for (const job of status?.cron ?? []) {
          const now = value(job);
          const labels = { namespace: metadata.namespace, name: metadata.name, cron: job.name };
          if (now !== undefined) this.set(labels, now);
        }
      }
    },
  });
}
