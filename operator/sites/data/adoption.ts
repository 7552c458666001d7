import type { Kind, Manifest, ObjectMeta, Site } from '../../components/component.ts';
import type { Labelled } from '../../kube/cluster.ts';
import { resourceOf } from '../../kinds/resources.ts';
import { apiVersion } from '../../kube/resources.ts';
import type { CredentialKeeper } from './credentials.ts';
import { adoptionManager, manager, siteLabels } from '../../objects/labels.ts';
import { isNamed, ownerOfChild, ownership } from './ownership.ts';

/** Who creates without saying who is known by the user agent. */
const ours: ReadonlySet<string> = new Set([manager, 'hostedsite-operator']);

/**
 * Gives objects their owner back that the site has made and that nobody owns: it was deleted with `--cascade=orphan`, or a backup
 * tool has brought them back without. Then what ran goes on as it ran, by its stored revisions.
 *
 * The labels alone prove nothing, since anybody can write them. So an object is taken when its fields were written by the
 * operator, or when the site's owner names it; never when it has another controller or belongs to another site. The site is
 * looked at live before each, and an object is taken only if it is still the same. Returns what was taken.
 */
export async function adopt(
  site: Target,
  naming: Naming,
  kinds: Iterable<Kind>,
  { cluster }: CredentialKeeper,
): Promise<Manifest[]> {
  const taken: Manifest[] = [];
  for (const kind of inOrder(kinds).filter((one) => cluster.knows(one))) {
    for (const found of await cluster.labelled(kind, site.namespace, siteLabels(site))) {
      const { metadata } = found;
      if (!isAdoptable(kind, found, site, naming)) continue;
      taken.push(
        ...(await give({ apiVersion: apiVersion(resourceOf(kind)), kind, metadata }, site, cluster)),
      );
    }
  }
  return taken;
}

/** Whether anything of these kinds would be taken. */
export async function canAdopt(
  site: Target,
  naming: Naming,
  kinds: Iterable<Kind>,
  { cluster }: CredentialKeeper,
): Promise<boolean> {
  for (const kind of inOrder(kinds)) {
    const found = await cluster.labelled(kind, site.namespace, siteLabels(site));
    if (found.some((one) => isAdoptable(kind, one, site, naming))) return true;
  }
  return false;
}

function isAdoptable(kind: Kind, found: Labelled, site: Target, naming: Naming): boolean {
  const { metadata } = found;
  if (ownership(metadata, 'site', site) !== 'orphaned' || metadata.deletionTimestamp !== undefined)
    return false;
  return isOurWork(found) || isNamed({ kind, metadata }, naming);
}

/** By its releases a new site knows that there is something to find: as long as not all is found, they are nobody's. */
function inOrder(kinds: Iterable<Kind>): Child[] {
  const children = [...kinds].filter(isChild);
  const isLast = (kind: Child): boolean => kind === 'ControllerRevision';
  return [...children.filter((kind) => !isLast(kind)), ...children.filter(isLast)];
}

/** The site as far as it is needed before its spec is resolved. */
export type Target = Pick<Site, 'namespace' | 'name' | 'uid'>;

/** The HostedSite: its annotations name what is the site's although nothing proves it. */
type Naming = Parameters<typeof isNamed>[1];

/** Whether releases of a site are there that nobody owns: whoever has made any has made these. */
export async function hasOrphans(site: Target, { cluster }: CredentialKeeper): Promise<boolean> {
  const found = await cluster.labelled('ControllerRevision', site.namespace, siteLabels(site));
  return found.some((one) => isOurWork(one) && ownership(one.metadata, 'site', site) === 'orphaned');
}

/** Of the others the site is found by their names; whether it owns them is a matter of its deletionPolicy. */
type Child = Exclude<Kind, 'PersistentVolumeClaim' | 'Secret'>;

function isChild(kind: Kind): kind is Child {
  return kind !== 'PersistentVolumeClaim' && kind !== 'Secret';
}

function isOurWork({ managers }: Labelled): boolean {
  return managers.some((name) => ours.has(name));
}

async function give(
  { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion, ownerReferences = [] } }: Manifest,
  site: Target,
  cluster: CredentialKeeper['cluster'],
): Promise<Manifest[]> {
  const live = await cluster.metadata('HostedSite', site.namespace, site.name);
  // What a site would own that is gone, the garbage collector deletes.
  if (live?.uid !== site.uid || live.deletionTimestamp !== undefined) return [];
  const owners = [...ownerReferences, ownerOfChild(site)];
  const metadata = { name, namespace, uid, resourceVersion, ownerReferences: owners } as ObjectMeta;
  return [await cluster.merge({ apiVersion, kind, metadata }, { fieldManager: adoptionManager })];
}
