import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import { Conflict } from '../kube/errors.ts';
import { reservationOf } from '../sites/hosts/reservation.ts';
import type { Reservation } from '../sites/hosts/reservation.ts';
import { reconcileSite } from '../sites/reconcile-site.ts';
import { siteKey } from '../sites/site-key.ts';
import type { SiteKey } from '../sites/site-key.ts';
import { World, hostedSite, operatorNamespace } from './world.ts';

/** The host of the shop in these specs. */
export const host = 'www.example.org';
/** Seconds. */
export const week = 7 * 24 * 3600;

/** Sites beside the shop, and what becomes of them. */
export class Neighbours extends World {
  add(namespace: string, siteName: string, hosts = [host]): SiteKey {
    const metadata = { name: siteName, namespace, uid: `${namespace}-${siteName}`, generation: 1 };
    this.cluster.seed(hostedSite({ hosts }, { metadata }));
    return siteKey(namespace, siteName);
  }

  async look(key: SiteKey): Promise<string | undefined> {
    await reconcileSite(key, this.context).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
    return this.sentence(key);
  }

  sentence(key: SiteKey): string | undefined {
    const [namespace, siteName] = key.split('/') as [string, string];
    const found = this.cluster.get('HostedSite', namespace, siteName) as HostedSite | undefined;
    const stalled = found?.status?.conditions?.find(({ type }) => type === 'Stalled');
    return stalled && `${stalled.reason}: ${stalled.message}`;
  }

  get reservations(): Reservation[] {
    return this.cluster.list('ConfigMap', operatorNamespace).flatMap((one) => reservationOf(one) ?? []);
  }

  /** Host → UID of the site that has it. */
  get held(): Record<string, string> {
    const held = this.reservations.filter(({ releasedAt }) => releasedAt === undefined);
    return Object.fromEntries(held.map((one) => [one.host, one.uid]));
  }

  /** Host → namespace that it was given back by, and stays with. */
  get reserved(): Record<string, string> {
    const reserved = this.reservations.filter(({ releasedAt }) => releasedAt !== undefined);
    return Object.fromEntries(reserved.map((one) => [one.host, one.namespace]));
  }

  /** Which sites got a host of another one, or gave one back. */
  get reported(): string[] {
    return this.cluster.events
      .filter(({ reason }) => reason.startsWith('Host'))
      .map(({ regarding, reason, note }) => `${regarding.metadata.name} ${reason} ${note.split(' ').at(-1)}`);
  }

  later(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  routes(namespace: string): string[] {
    return this.cluster.list('Ingress', namespace).map(({ metadata }) => metadata.name);
  }
}
