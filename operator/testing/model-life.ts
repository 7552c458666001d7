import assert from 'node:assert/strict';
import type { HostedSite, HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { unseenStatus } from '../kinds/hosted-site/unseen-status.ts';
import type { Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import type { MemoryCluster } from './memory/memory-cluster.ts';
import { cachedKinds } from '../kinds/resources.ts';
import { copyOfAnnotation } from '../objects/labels.ts';
import { reconcileSite } from '../sites/reconcile-site.ts';
import { bySite } from '../sites/site-key.ts';
import { asOf, dyingAt } from './model.ts';
import type { Change, Cut, Happening } from './model.ts';
import { World, hostedSite, operatorNamespace, shop } from './world.ts';

const namespace = 'customer-a';
const secretNames = ['shop-database', 'shop-database-root', 'shop-application', 'shop-admin'];
/** What others meddle with; volumes are not among them, since a lost one rightly stalls the site. */
const meddledWith = [
  'Deployment',
  'Service',
  'Ingress',
  'StatefulSet',
  'ServiceAccount',
  'ConfigMap',
  'ControllerRevision',
  'CronJob',
  'Job',
  'NetworkPolicy',
];
const mayLoseLabels = ['shop-web', 'shop'];

/** A site's life in memory, with everybody else who has a hand in it, and what must hold at each step of it. */
export class Life {
  readonly world = new World({}, components);
  /** What the caches held after each happening, the latest last. */
  #past: (readonly Manifest[])[] = [];
  readonly #secrets = new Map<string, unknown>();
  /** What the caches do not show. */
  readonly #unlabelled: Ref[] = [];
  #sites = 1;

  async happen(happening: Happening): Promise<void> {
    this.#past.push(cachedKinds.flatMap((kind) => this.world.cluster.list(kind)));
    switch (happening.does) {
      case 'user':
        this.edit(happening.writes);
        break;
      case 'pass':
        await this.#pass(happening.behind, happening.cut);
        break;
      case 'other':
        this.#meddle(happening.how, happening.which);
        break;
      case 'secret-thief':
        this.world.cluster.remove('Secret', namespace, secretNames[happening.which % secretNames.length]!);
        break;
      case 'workloads':
        this.#workloads(happening.become);
        break;
      case 'remake':
        await this.#remake(happening.cut);
        break;
      case 'collect':
        await this.collect();
    }
    await this.#secretsAreTheSame();
    await this.#nothingKeptIsDeleted();
  }

  edit(change: Change): void {
    this.world.cluster.edit('HostedSite', namespace, 'shop', (site) => {
      site['spec'] = accepted({ ...(site['spec'] as HostedSiteSpec), ...change }, change);
    });
  }

  /** What belongs to a site that is gone, goes. */
  async collect(): Promise<void> {
    const { cluster, site } = this.world;
    const secrets = secretNames.map((name) => ({ kind: 'Secret' as const, name }));
    for (const { kind, name } of [...everything(cluster).map(refOf), ...this.#unlabelled, ...secrets]) {
      const { ownerReferences = [] } = (await cluster.metadata(kind, namespace, name)) ?? {};
      const isOrphan =
        ownerReferences.length > 0 && ownerReferences.every(({ uid }) => uid !== site?.metadata.uid);
      if (isOrphan) cluster.remove(kind, namespace, name);
    }
  }

  async #pass(behind: number, cut: Cut | undefined): Promise<void> {
    const { world } = this;
    const past = behind === 0 ? undefined : this.#past.at(-1 - behind);
    const seen = past === undefined ? world.cluster : asOf(world.cluster, past);
    const former = structuredClone(world.site);
    const cluster = cut === undefined ? seen : dyingAt(seen, cut);
    const isWhole = await reconcileSite(shop, { ...world.context, cluster }).then(
      () => true,
      () => false,
    );
    if (!isWhole || past !== undefined || world.site === undefined) return;
    readyIsTrue(world.site, former, everything(world.cluster));
  }

  #meddle(how: 'delete' | 'edit' | 'unlabel', which: number): void {
    const { cluster } = this.world;
    const all = cluster.find(bySite, shop).filter(({ kind }) => meddledWith.includes(kind));
    const victim = all[which % Math.max(all.length, 1)];
    if (victim === undefined) return;
    const { kind, metadata } = victim as Manifest & { kind: string };
    if (how === 'delete') {
      cluster.remove(kind, metadata.namespace, metadata.name);
      return;
    }
    if (how === 'unlabel' && !mayLoseLabels.includes(metadata.name)) return;
    if (how === 'unlabel') this.#unlabelled.push({ kind, name: metadata.name });
    cluster.edit(kind, metadata.namespace, metadata.name, (object) => {
      if (how === 'unlabel') delete object.metadata.labels;
      else edits[kind]?.(object['spec'] as never);
    });
  }

  #workloads(become: 'ready' | 'unready' | 'failing'): void {
    const { world } = this;
    if (become === 'ready') world.runControllers();
    if (become === 'failing') world.failNewPod('ImagePullBackOff');
    if (become !== 'unready') return;
    for (const kind of ['Deployment', 'StatefulSet'] as const) {
      for (const { metadata } of world.cluster.list(kind)) {
        world.cluster.edit(kind, namespace, metadata.name, (object) => {
          object['status'] = { observedGeneration: metadata.generation };
        });
      }
    }
  }

  /** The site goes at once, whether an operator runs or not; what it owned follows, and what is to go with it. */
  async #remake(cut: Cut | undefined): Promise<void> {
    const { cluster, site } = this.world;
    const [kept, goes] = await this.#promised(site);
    cluster.remove('HostedSite', namespace, 'shop');
    if (cut !== undefined) await this.#pass(0, cut);
    await this.collect();
    cluster.forgetRecords();
    for (let passes = 0; passes < 2; passes += 1) await this.world.pass();
    await this.#isKept(kept, goes);
    cluster.forgetRecords();
    this.#sites += 1;
    const metadata = { ...hostedSite().metadata, uid: `site-uid-${this.#sites}` };
    cluster.seed(hostedSite(site.spec, { metadata, status: unseenStatus }));
  }

  /** Volumes that nobody owns stay; and whether nothing is left for which a password would be needed. */
  async #promised({ metadata: { uid }, status }: HostedSite): Promise<[string[], boolean]> {
    const { cluster } = this.world;
    const claims = cluster.list('PersistentVolumeClaim').map(({ metadata }) => metadata);
    const owned = claims.filter(({ ownerReferences = [] }) => ownerReferences.some((one) => one.uid === uid));
    if (status?.deletionPolicy !== 'Delete') assert.deepEqual(owned, [], 'nothing goes before it is told');
    const left = claims.filter((one) => !owned.includes(one)).map(({ name }) => name);
    const copies = await cluster.labelled('Secret', operatorNamespace, {});
    const isMarked = copies.every(
      ({ metadata: { annotations = {} } }) => annotations['hostedsite.dev/goes-with'] === uid,
    );
    return [left, isMarked && left.length === 0 && status?.deletionPolicy === 'Delete'];
  }

  async #isKept(kept: readonly string[], goes: boolean): Promise<void> {
    assert.deepEqual(this.world.names('PersistentVolumeClaim'), kept, 'volumes stay that nobody owned');
    for (const name of secretNames) {
      const secret = await this.world.cluster.read('Secret', namespace, name);
      if (goes) assert.equal(secret, undefined, `${name} is gone`);
    }
    const copies = await this.world.cluster.labelled('Secret', operatorNamespace, {});
    if (!goes) return;
    assert.deepEqual(copies, [], 'the copies are gone');
    this.#secrets.clear();
  }

  /** A password that changes closes the database to its site. */
  async #secretsAreTheSame(): Promise<void> {
    for (const name of secretNames) {
      const secret = await this.world.cluster.read('Secret', namespace, name);
      if (secret === undefined) continue;
      const known = this.#secrets.get(name) ?? secret['data'];
      assert.deepEqual(secret['data'], known, `the values of ${name} stay`);
      this.#secrets.set(name, known);
    }
  }

  async #nothingKeptIsDeleted(): Promise<void> {
    const deleted: string[] = [];
    for (const ref of this.world.cluster.deleted) {
      if (!prunable.has(ref.kind) && !(await this.#isCopied(ref))) deleted.push(`${ref.kind}/${ref.name}`);
    }
    assert.deepEqual(deleted, [], 'only what is superfluous is deleted');
  }

  /** A Secret that the site owns is made anew when it is to stay: its copy has its values. */
  async #isCopied({ kind, namespace: space, name }: Deleted): Promise<boolean> {
    if (kind !== 'Secret' || space !== namespace) return false;
    const { cluster } = this.world;
    for (const { metadata } of await cluster.labelled('Secret', operatorNamespace, {})) {
      if (metadata.annotations?.[copyOfAnnotation] !== `${namespace}/${name}`) continue;
      const copy = await cluster.read('Secret', operatorNamespace, metadata.name);
      assert.deepEqual(copy?.['data'], this.#secrets.get(name), `the copy of ${name} has its values`);
      return true;
    }
    return false;
  }
}

const prunable: ReadonlySet<string> = new Set([...meddledWith, 'PodDisruptionBudget']);

/** Wrong values of fields that the operator writes; what others add stays theirs, but for a policy. */
const edits: Readonly<Record<string, (spec: never) => void>> = {
  Deployment: (spec: { replicas: number }) => (spec.replicas = 9),
  StatefulSet: (spec: { replicas: number }) => (spec.replicas = 0),
  CronJob: (spec: { concurrencyPolicy: string }) => (spec.concurrencyPolicy = 'Allow'),
  Service: ({ ports }: { ports: { targetPort: string }[] }) =>
    ports.forEach((port) => (port.targetPort = 'nowhere')),
  Ingress: (spec: { rules: unknown }) => (spec.rules = [{ host: 'other.example.org' }]),
  NetworkPolicy: ({ ingress }: { ingress: object[] }) => ingress.push({}),
};

type Deleted = MemoryCluster['deleted'][number];

interface Ref {
  kind: string;
  name: string;
}

function refOf({ kind, metadata: { name } }: Manifest): Ref {
  return { kind: kind, name };
}

export function everything(cluster: MemoryCluster): Manifest[] {
  return cachedKinds.flatMap((kind) => cluster.list(kind));
}

/** As the API server would let it through: WordPress has a database. */
function accepted(spec: Change, change: Change): HostedSiteSpec {
  const isBare = spec.preset === 'WordPress' && (spec.database ?? undefined) === undefined;
  const whole: Change = isBare
    ? { ...spec, ...(change.database === null ? { preset: 'Generic' } : { database: { engine: 'MariaDB' } }) }
    : spec;
  const written = Object.entries(whole).filter(([, value]) => value !== null);
  return Object.fromEntries(written) as HostedSiteSpec;
}

/** Ready is told for the first time of a generation only when everything is so, and the workload's controller has seen it. */
function readyIsTrue(site: HostedSite, former: HostedSite | undefined, after: readonly Manifest[]): void {
  if (readyOf(site)?.reason !== 'Serving' || hasServed(former)) return;
  const deployment = after.find(({ kind }) => kind === 'Deployment');
  const ingress = after.find(({ kind }) => kind === 'Ingress');
  const { replicas } = deployment?.['spec'] as { replicas: number };
  const { availableReplicas, observedGeneration } = deployment?.['status'] as Record<string, number>;
  const { rules } = ingress?.['spec'] as { rules: { host: string }[] };
  const { image, hosts, replicas: expected = replicas } = site.spec;
  const is = {
    image: imageOf(deployment),
    replicas,
    availableReplicas,
    observedGeneration,
    hosts: rules.map(({ host }) => host),
  };
  const { generation } = deployment?.metadata ?? {};
  assert.deepEqual(
    is,
    { image, replicas: expected, availableReplicas: expected, observedGeneration: generation, hosts },
    'who is Ready serves the spec',
  );
}

/** What the status says of this very generation. */
function readyOf({ metadata, status }: HostedSite) {
  return status?.conditions?.find(
    ({ type, observedGeneration }) => type === 'Ready' && observedGeneration === metadata.generation,
  );
}

function hasServed(site: HostedSite | undefined): boolean {
  return site !== undefined && ['True', 'False'].includes(readyOf(site)?.status ?? '');
}

function imageOf(deployment: Manifest | undefined): string | undefined {
  const spec = deployment?.['spec'] as
    { template: { spec: { containers: { image: string }[] } } } | undefined;
  return spec?.template.spec.containers[0]?.image;
}
