import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HostedSite, HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import { isRecord } from '../objects/difference.ts';
import { reservationOf } from './hosts/reservation.ts';
import { Life, everything } from '../testing/model-life.ts';
import { happenings } from '../testing/model.ts';
import type { Happening } from '../testing/model.ts';
import { World } from '../testing/world.ts';

/** So many lives of up to 24 happenings. */
const runs = 200;

/** Faults are over, and the user wants something that can be had: passes come to rest, and Kubernetes follows. */
async function end(life: Life): Promise<void> {
  const { world } = life;
  const isSingle = world.site.spec.preset === 'WordPress' && (world.site.spec.replicas ?? 1) > 1;
  life.edit({
    suspend: false,
    ...(isSingle ? { replicas: 1 } : {}),
    rollout: { progressDeadlineSeconds: 601 },
  });
  for (let round = 0; round < 3; round += 1) {
    await world.settle();
    await life.collect();
    world.runControllers();
  }
  await world.settle();
}

/** A site that had this spec from the beginning. */
async function fresh({ spec, metadata: { uid } }: HostedSite): Promise<World> {
  const world = new World(spec, components);
  world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
    metadata.uid = uid;
  });
  for (let round = 0; round < 3; round += 1) await world.bringUp();
  return world;
}

/** What the spec alone decides; of kept volumes, history and the first installation only that they are there. */
function decided({ cluster }: World): Record<string, unknown> {
  const rows = everything(cluster)
    .filter(({ kind }) => !['StorageClass', 'IngressClass'].includes(kind))
    .map((object) => [`${object.kind}/${object.metadata.name}`, content(object)] as const);
  return Object.fromEntries(rows);
}

function content({ kind, metadata, status, ...rest }: Manifest): unknown {
  if (['PersistentVolumeClaim', 'Job'].includes(kind)) return 'there';
  if (kind === 'HostedSite')
    return { finalizers: metadata.finalizers ?? [], status: reported(status as HostedSiteStatus) };
  if (kind === 'Pod') return { labels: metadata.labels };
  const { labels, annotations, ownerReferences } = metadata;
  // Whether the site had other hosts before is history.
  if (kind === 'ControllerRevision')
    return { data: { ...(rest['data'] as object), renames: undefined }, labels, ownerReferences };
  // Who had a host before is history; who has it now is not.
  if (reservationOf({ kind, metadata, ...rest }) !== undefined)
    return reservationOf({ kind, metadata, ...rest });
  // Since when its periods count is history.
  if (kind === 'CronJob') return byName({ ...rest, labels, ownerReferences });
  return byName({ ...rest, labels, annotations, ownerReferences });
}

/** Server-side apply leaves the order of lists that have keys to history. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(byName);
    const names = items.flatMap((item) =>
      isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : [],
    );
    if (names.length < items.length) return items;
    return names.sort().map((name) => items.find((item) => isRecord(item) && item['name'] === name));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, byName(part)]));
}

function reported({ conditions = [], release, urls, replicas, preset }: HostedSiteStatus): unknown {
  const sorted = [...conditions].sort((a, b) => (a.type < b.type ? -1 : 1));
  // Whether a release has served before there were no replicas is history.
  const { running, outcome } = replicas === 0 ? {} : (release ?? {});
  return {
    ...{ urls, replicas, preset, running: running?.image, outcome },
    conditions: sorted.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
  };
}

const remains = /^(ControllerRevision|ConfigMap|PersistentVolumeClaim)\//;

function dataIsOwnedAsThePolicySays({ cluster, site }: World): void {
  const { deletionPolicy = 'Retain' } = site.spec;
  assert.equal(site.status?.deletionPolicy, deletionPolicy);
  assert.deepEqual(site.metadata.finalizers ?? [], []);
  const owners = deletionPolicy === 'Delete' ? [site.metadata.uid] : [];
  for (const { metadata } of cluster.list('PersistentVolumeClaim')) {
    const is = metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
    assert.deepEqual(is, owners, metadata.name);
  }
}

async function endsAsFresh(story: readonly Happening[]): Promise<void> {
  const life = new Life();
  for (const happening of story) await life.happen(happening);
  await end(life);
  const { world } = life;
  world.cluster.forgetRecords();
  await world.pass();
  assert.deepEqual(world.cluster.writes, [], 'a pass at rest writes nothing');
  dataIsOwnedAsThePolicySays(world);
  const reference = await fresh(world.site);
  const [is, should] = [decided(world), decided(reference)];
  const compared = Object.entries(is).filter(([name]) => !remains.test(name) || name in should);
  assert.deepEqual(
    Object.fromEntries(compared),
    should,
    'the end is that of a site that had this spec from the beginning',
  );
}

/** A revision is deleted, and made again by a pass that does not see the one after it yet: two have the same number. */
const twoOfOneNumber: Happening[] = [
  { does: 'user', writes: { cache: { passPaths: [] } } },
  { does: 'user', writes: { image: 'registry.example.org/shop:3' } },
  { does: 'pass', behind: 1 },
  { does: 'other', how: 'delete', which: 0 },
  { does: 'pass', behind: 2 },
  { does: 'pass', behind: 0 },
  { does: 'other', how: 'delete', which: 0 },
  { does: 'pass', behind: 0 },
  { does: 'secret-thief', which: 0 },
];

describe('a site, whatever happens to it', function () {
  this.timeout(120_000);

  it('comes to rest as a fresh one, keeps its data and its passwords, and tells Ready when it is so', async () => {
    await fc.assert(fc.asyncProperty(happenings, endsAsFresh), {
      numRuns: runs,
      examples: [[twoOfOneNumber]],
    });
  });
});
