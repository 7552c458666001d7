import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { gone, isOwned, isReady, isStalledFor, isThere, isWhole } from './scenarios-converged.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, edit, orphanSite, removeSite, siteName, siteOf, until } from './scenarios-steps.ts';
import type { Stage, Step } from './scenarios-steps.ts';

const badImage = 'registry.example.org/bad:2';
const generic: HostedSiteSpec = { image: 'registry.example.org/shop:1', hosts: ['shop.example'] };
const withDatabase: HostedSiteSpec = {
  ...generic,
  database: { engine: 'MariaDB', storage: { size: '1Gi' } },
};
const withData: HostedSiteSpec = { ...withDatabase, files: { size: '1Gi' } };
const wordpress: HostedSiteSpec = {
  ...withData,
  image: 'registry.example.org/wordpress:1',
  preset: 'WordPress',
};

const review: Pick<HostedSiteSpec, 'environment' | 'deletionPolicy'> = {
  environment: 'Development',
  deletionPolicy: 'Delete',
};

const untilReady = until('the site is ready', (stage) => isReady(stage) && isWhole(stage));
const untilOwned = until('the data goes with the site', isOwned);
const untilRetained = until(
  'the data stays when the site goes',
  (stage) => siteOf(stage)?.status?.deletionPolicy === 'Retain',
);
const untilEnded = until('the site has ended', (stage) => siteOf(stage) === undefined);
const untilGone = until('the site is gone', (stage) => gone(stage, false));

/** A site that is ready when the faults begin. */
function running(spec: HostedSiteSpec): Step[] {
  return [apply(spec), untilReady];
}

/** What becomes of a site's data when it ends, and how it comes back. */
export const ends: readonly Scenario[] = [
  { name: 'deletion-retain', prepare: running(withData), act: [removeSite], final: 'Gone' },
  {
    name: 'deletion-delete',
    prepare: [...running({ ...wordpress, deletionPolicy: 'Delete' }), untilOwned],
    act: [removeSite],
    final: 'Gone',
    dataGoes: true,
  },
  {
    name: 'deletion-policy-to-retain',
    prepare: [...running({ ...withData, deletionPolicy: 'Delete' }), untilOwned],
    act: [change({ deletionPolicy: 'Retain' }), untilRetained, removeSite],
    final: 'Gone',
    settled: (stage) => stage.feed.list('PersistentVolumeClaim', stage.namespace).length === 2,
    // Whoever comes between the new one and its mark cannot tell, and makes it anew once more.
    madeAnew: ['Secret/shop-database', 'Secret/shop-database-root'],
  },
  {
    name: 'deletion-policy-to-delete',
    prepare: running(withData),
    act: [change({ deletionPolicy: 'Delete' }), untilOwned, removeSite],
    final: 'Gone',
  },
  {
    name: 'deletion-by-ttl',
    prepare: [...running({ ...withData, ...review }), untilOwned],
    act: [change({ ttl: '3s' })],
    final: 'Gone',
    dataGoes: true,
  },
  {
    name: 'old-finalizer',
    prepare: running(withData),
    act: [
      edit('HostedSite', siteName, {
        metadata: { finalizers: ['hostedsite.dev/delete-data'] },
        spec: { deletionPolicy: 'Delete' },
      }),
      removeSite,
    ],
    final: 'Gone',
    dataGoes: true,
  },
  {
    name: 'orphaned-again',
    prepare: [...running({ ...wordpress, deletionPolicy: 'Delete' }), untilOwned],
    act: [orphanSite, untilEnded, apply({ ...wordpress, deletionPolicy: 'Delete' })],
    final: 'Ready',
    finalSpec: { ...wordpress, deletionPolicy: 'Delete' },
    settled: isOwned,
    secretsMayBeFree: true,
  },
  {
    name: 'deletion-during-creation',
    act: [
      apply({ ...wordpress, deletionPolicy: 'Delete' }),
      until('the database is being made', (stage) => isThere(stage, 'StatefulSet', 'shop-database')),
      removeSite,
    ],
    // Volumes that were not its own yet stay.
    final: 'Gone',
    dataMayGo: true,
  },
  {
    name: 'creation-again',
    prepare: [...running(withData), removeSite, untilGone],
    act: [apply(withData)],
    final: 'Ready',
    finalSpec: withData,
  },
  {
    name: 'creation-again-at-once',
    prepare: running(withDatabase),
    act: [removeSite, apply(withDatabase)],
    final: 'Ready',
    finalSpec: withDatabase,
  },
  {
    name: 'orphaned-while-an-image-is-asked-for',
    resolvesTags: true,
    prepare: [
      ...running(generic),
      change({ image: badImage }),
      until('a pod asks for the image', (stage) => isAsking(stage)),
    ],
    act: [orphanSite, untilEnded, apply({ ...generic, image: badImage })],
    final: 'Stalled',
    settled: (stage) => isStalledFor(stage, 'ImagePullFailed'),
  },
];

function isAsking({ feed, namespace }: Stage): boolean {
  return feed.list('Pod', namespace).some(({ metadata }) => metadata.name.startsWith(`${siteName}-image-`));
}
