import { installOperator, operatorNamespace, release } from '../../operator.ts';
import { image, kubectl } from '../cluster.ts';
import { anotherLeads, hasLookedAtAll, operatorPods } from '../operator-process.ts';
import type { VisitedSite } from './visited-site.ts';

/** What an owner does to a site, or the cluster's people to the operator, while visitors come. */
export interface Happening {
  readonly name: string;
  /** Returns when it is over. */
  readonly happen: (site: VisitedSite) => Promise<void>;
  /** No pod of the site is replaced or restarted by it. */
  readonly keepsPods?: true;
}

/** In this order: each one finds what the one before left, and may come again. */
export const happenings: readonly Happening[] = [
  { name: 'a new image, one pod', happen: newImage },
  { name: 'from one pod to two', happen: (site) => scaled(site, 2) },
  { name: 'a changed cache, two pods', happen: newCache },
  { name: 'a pod of two is deleted', happen: podDeleted },
  { name: 'the operator is killed', happen: operatorKilled, keepsPods: true },
  { name: 'the operator is upgraded', happen: operatorUpgraded, keepsPods: true },
  { name: 'from two pods to one', happen: (site) => scaled(site, 1) },
];

async function changed(site: VisitedSite, spec: object): Promise<void> {
  await site.change(spec);
  await site.settled();
}

async function newImage(site: VisitedSite): Promise<void> {
  const [first, second] = [await image('node-example-1'), await image('node-example-2')];
  await changed(site, { image: (await site.wanted('image')) === first ? second : first });
}

async function newCache(site: VisitedSite): Promise<void> {
  await changed(site, { cache: { ttl: (await site.wanted('cache.ttl')) === '3m' ? '4m' : '3m' } });
}

async function scaled(site: VisitedSite, replicas: number): Promise<void> {
  await site.scale(replicas);
  await site.settled();
}

async function podDeleted(site: VisitedSite): Promise<void> {
  const [pod = ''] = await site.pods();
  await site.deletePod(pod.split(' ')[0] ?? '');
  await site.settled();
}

/** Without time to give its Lease back. */
async function operatorKilled(): Promise<void> {
  const [pod] = await operatorPods();
  const name = pod?.metadata.name ?? '';
  await kubectl(['delete', 'pod', name, '-n', operatorNamespace, '--grace-period=0', '--force']);
  await anotherLeads(name);
  await hasLookedAtAll();
}

/** To one that would render other pods: their size comes from the chart's values. */
async function operatorUpgraded(): Promise<void> {
  const [pod] = await operatorPods();
  const [first, second] = ['72Mi', '80Mi'];
  const sizes = ['get', 'configmap', `${release}-sizes`, '-n', operatorNamespace, '-o', 'yaml'];
  const isFirst = (await kubectl([...sizes, '--ignore-not-found'])).includes(first);
  await installOperator({ logLevel: 'debug', 'sizes.Small.cache.memory': isFirst ? second : first });
  await anotherLeads(pod?.metadata.name ?? '');
  await hasLookedAtAll();
}
