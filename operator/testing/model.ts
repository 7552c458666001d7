import fc from 'fast-check';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { MemoryCluster } from './memory/memory-cluster.ts';

/** What may happen to a site, as data that fast-check draws and shrinks. */
export type Happening =
  | { does: 'user'; writes: Change }
  /** `behind`: the caches are as so many happenings ago; `cut`: the n-th request, or its answer, is lost, and the pass dies. */
  | { does: 'pass'; behind: number; cut?: Cut }
  | { does: 'other'; how: 'delete' | 'edit' | 'unlabel'; which: number }
  | { does: 'secret-thief'; which: number }
  | { does: 'workloads'; become: 'ready' | 'unready' | 'failing' }
  /** The site is deleted, its first pass is cut off or not, and it is made again under its name. */
  | { does: 'remake'; cut?: Cut }
  /** The garbage collector comes by. */
  | { does: 'collect' };

/** Fields of the spec; null takes one away. */
export type Change = { [Field in keyof HostedSiteSpec]?: HostedSiteSpec[Field] | null };

export interface Cut {
  at: number;
  isAnswerLost: boolean;
}

const image = fc.integer({ min: 1, max: 3 }).map((tag) => `registry.example.org/shop:${tag}`);
const hosts = fc.subarray(['www.example.org', 'example.org', 'shop.example.org'], { minLength: 1 });
const passPaths = fc.subarray(['/cart', '/account']);

const change: fc.Arbitrary<Change> = fc.oneof(
  image.map((to) => ({ image: to })),
  fc.integer({ min: 0, max: 2 }).map((replicas) => ({ replicas })),
  hosts.map((to) => ({ hosts: to })),
  fc.constantFrom('Small', 'Medium').map((size) => ({ size })),
  fc.boolean().map((suspend) => ({ suspend })),
  passPaths.map((to) => ({ cache: { passPaths: to } })),
  fc.constantFrom(null, { engine: 'MariaDB' as const }).map((database) => ({ database })),
  fc.constantFrom('Generic', 'WordPress').map((preset) => ({ preset })),
  fc.constantFrom('Retain', 'Delete').map((deletionPolicy) => ({ deletionPolicy })),
);

const cut = fc
  .option(fc.record({ at: fc.integer({ min: 1, max: 25 }), isAnswerLost: fc.boolean() }), { nil: undefined })
  .map((drawn) => (drawn === undefined ? {} : { cut: drawn }));

const pass: fc.Arbitrary<Happening> = fc
  .record({
    behind: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, fc.integer({ min: 1, max: 8 })),
    cut,
  })
  .map(({ behind, cut: drawn }) => ({ does: 'pass', behind, ...drawn }));

const which = fc.nat({ max: 30 });

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { arbitrary: change.map((writes): Happening => ({ does: 'user', writes })), weight: 4 },
    { arbitrary: pass, weight: 8 },
    {
      arbitrary: fc.record({
        does: fc.constant('other' as const),
        how: fc.constantFrom('delete' as const, 'edit' as const, 'unlabel' as const),
        which,
      }),
      weight: 2,
    },
    { arbitrary: which.map((at): Happening => ({ does: 'secret-thief', which: at })), weight: 1 },
    {
      arbitrary: fc
        .constantFrom('ready' as const, 'ready' as const, 'unready' as const, 'failing' as const)
        .map((become): Happening => ({ does: 'workloads', become })),
      weight: 3,
    },
    { arbitrary: cut.map((drawn): Happening => ({ does: 'remake', ...drawn })), weight: 1 },
    { arbitrary: fc.constant<Happening>({ does: 'collect' }), weight: 1 },
  ),
  { minLength: 4, maxLength: 24, size: 'max' },
);

/** The cluster as its caches were: reads from then, writes and live looks now. */
export function asOf(cluster: MemoryCluster, then: readonly Manifest[]): MemoryCluster {
  const inSpace = (object: Manifest, namespace?: string) =>
    namespace === undefined || object.metadata.namespace === namespace;
  const past: Pick<Cluster, 'list' | 'get' | 'find'> = {
    list: (kind: string, namespace?: string) =>
      then.filter((object) => object.kind === kind && inSpace(object, namespace)),
    get: (kind: string, namespace: string | undefined, name: string) =>
      then.find(
        (object) => object.kind === kind && inSpace(object, namespace) && object.metadata.name === name,
      ),
    find: (index, key) => then.filter((object) => index.of(object) === key),
  };
  return new Proxy(cluster, {
    get: (target, name) =>
      (Object.hasOwn(past, name) ? Reflect.get(past, name) : bound(target, name)) as unknown,
  });
}

const requests: ReadonlySet<string | symbol> = new Set([
  'apply',
  'applyStatus',
  'create',
  'merge',
  'delete',
  'metadata',
  'read',
  'labelled',
]);

/** The operator dies at a request: nothing that comes after it is sent. */
export function dyingAt(cluster: MemoryCluster, { at, isAnswerLost }: Cut): MemoryCluster {
  let count = 0;
  return new Proxy(cluster, {
    get(target, name) {
      const member = bound(target, name);
      if (!requests.has(name)) return member;
      return async (...input: unknown[]): Promise<unknown> => {
        count += 1;
        const isSent = count < at || (count === at && isAnswerLost);
        const answer = isSent
          ? await (member as (...all: unknown[]) => Promise<unknown>)(...input)
          : undefined;
        if (count >= at) throw new Error('the operator died');
        return answer;
      };
    },
  });
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name, target);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}
