import type { Component, ComponentCondition, Observed, Report, Site } from '../component.ts';
import { live } from '../live.ts';
import { ingress } from './ingress.ts';
import { refusals } from './refusals.ts';

export const route: Component = {
  name: 'route',
  kinds: ['Ingress'],
  enabled: () => true,
  refusals,
  manifests: (site, seen) => [ingress(site, seen)],
  report,
};

function report(site: Site, seen: Observed): Report {
  return { ready: ready(site, seen), status: { urls: site.hosts.map((host) => `http://${host}/`) } };
}

/** What an IngressController makes of the rules shows in no field that all of them write. */
function ready(site: Site, seen: Observed): ComponentCondition {
  const found = live(seen, 'Ingress', site.name);
  const hosts = new Set(found?.spec?.rules?.map(({ host }) => host));
  if (found === undefined || !site.hosts.every((host) => hosts.has(host))) {
    return {
      status: 'Unknown',
      reason: 'Progressing',
      message: 'The rules for the hosts are being written.',
    };
  }
  return { status: 'True', reason: 'Published', message: 'The rules for the hosts are written.' };
}
