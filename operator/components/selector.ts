import type { ComponentName, Site } from './component.ts';

/** Labels of every pod of the site. */
export function podsOfSite(site: Pick<Site, 'name'>): Record<string, string> {
  return { 'app.kubernetes.io/name': 'hostedsite', 'app.kubernetes.io/instance': site.name };
}

/** Value of the component label of pods that run a command once: they belong to no component. */
export type CommandPods = 'command';

/** What Services, Deployments and rules of placement find a site's pods by; `sites/desired.ts` puts these labels on them. */
export function selector(
  site: Pick<Site, 'name'>,
  component: ComponentName | CommandPods,
): Record<string, string> {
  return { ...podsOfSite(site), 'app.kubernetes.io/component': component };
}
