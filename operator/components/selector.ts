import type { ComponentName, Site } from './component.ts';

/** Labels of every pod of the site. */
export function podsOfSite(site: Pick<Site, 'name'>): Record<string, string> {
  return { 'app.kubernetes.io/name': 'hostedsite', 'app.kubernetes.io/instance': site.name };
}

/** What Services, Deployments and rules of placement find a site's pods by; `sites/desired.ts` puts these labels on them. */
export function selector(site: Pick<Site, 'name'>, component: ComponentName): Record<string, string> {
  return { ...podsOfSite(site), 'app.kubernetes.io/component': component };
}
