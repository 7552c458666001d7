import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import type { Cache } from '../kube/watch/cache.ts';

/** The sites whose status says that their pods are of an older rendering: as many series as there are of these. */
export function renderingGauge(registers: Registry[], cache: Pick<Cache, 'list'>): void {
  new Gauge({
    registers,
    name: 'hostedsite_rendering_outdated',
    help: 'Sites whose pods another version or configuration of the operator rendered; 1 each, and none for the others.',
    labelNames: ['namespace', 'name'],
    collect() {
      this.reset();
      for (const object of cache.list('HostedSite')) {
        const { metadata, status } = object as HostedSite;
        const current = status?.conditions?.find(({ type }) => type === 'RenderingCurrent');
        const { namespace, name } = metadata;
        if (current?.status === 'False') this.set({ namespace, name }, 1);
      }
    },
  });
}
