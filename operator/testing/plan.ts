import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import type {
  Component,
  Kind,
  Manifest,
  ObjectMeta,
  Owned,
  Released,
  Revision,
} from '../components/component.ts';
import { desiredObjects } from '../sites/desired.ts';
import { plan } from '../sites/plan.ts';
import type { Plan } from '../sites/plan.ts';
import { resolve } from '../sites/resolve.ts';
import { hostedSite, settings, sight } from './world.ts';
import { condition } from '../components/database/condition.ts';

const owner = hostedSite({}, { status: { observedGeneration: 1 } });
export const site = resolve(owner, settings);
export const kinds: ReadonlySet<Kind> = new Set([
  'Service',
  'ConfigMap',
  'ControllerRevision',
  'Job',
  'PersistentVolumeClaim',
  'StatefulSet',
]);

function revision(name: string, configMap: string): Revision {
  const spec = { volumes: [{ name: 'vcl', configMap: { name: configMap } }] };
  return { name, number: 1, inputs: 'inputs', image: 'image', template: { metadata: {}, spec } };
}

const running = revision('shop-web-1', 'shop-cache-1');

export function object(kind: string, name: string, rest: Partial<Manifest> = {}): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name }, ...rest };
}

const service = object('Service', 'shop-web', { spec: { type: 'ClusterIP' } });

/** The objects as desired.ts stamps them: namespace, labels, owner, hash. */
function stamped(owned: readonly Partial<Owned>[]) {
  const expected = owned.map((one): Owned => ({ object: service, lifetime: 'site', write: 'apply', ...one }));
  const component: Component = {
    name: 'database',
    condition,
    reasons: {},
    rights: [],
    enabled: () => true,
    manifests: () => expected,
    report: () => ({ ready: { status: 'True', reason: 'Serving', message: '' } }),
  };
  const all: Released = {
    bindings: { env: [], volumes: [], mounts: [] },
    sidecars: { initContainers: [], volumes: [] },
    flows: [],
    servingPort: 'http',
    state: { is: 'running', desired: running },
    revision: running,
  };
  return desiredObjects([component], site, sight([]), all);
}

export function planned(owned: readonly Partial<Owned>[], live: readonly Manifest[], of?: HostedSite): Plan {
  const retained = [running, revision('shop-web-0', 'shop-cache-0')];
  return plan({ site, seen: sight(live, of ?? owner), objects: stamped(owned), retained, kinds });
}

/** The live object after it was applied: with what the API server adds. */
export function applied(
  owned: Partial<Owned>,
  change: Partial<Manifest> = {},
  metadata: Partial<ObjectMeta> = {},
): Manifest {
  const [one] = stamped([owned]);
  if (one === undefined) throw new Error('nothing is desired');
  return {
    ...one.object,
    status: {},
    ...change,
    metadata: { ...one.object.metadata, uid: 'uid', resourceVersion: '7', ...metadata },
  };
}

export function because({ apply }: Plan): string[] {
  return apply.map((one) => `${one.desired.object.metadata.name}: ${one.because}`);
}

export const ours = [
  {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    name: 'shop',
    uid: 'site-uid',
    controller: true,
  },
];
