import type { ComponentName, Site } from './component.ts';

/** What Services, Deployments and rules of placement find a site's pods by; `reconcile/desired.ts` puts these labels on them. */
export function selector(site: Pick<Site, 'name'>, component: ComponentName): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'hostedsite',
    'app.kubernetes.io/instance': site.name,
    'app.kubernetes.io/component': component,
  };
}
