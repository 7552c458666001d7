import type { Manifest } from '../../operator/components/component.ts';
import { violations } from './invariants.ts';
import type { Invariant } from './invariants-moment.ts';
import type { FeedKind, Seen } from './world-feed.ts';

/** Made-up histories for specs of invariants: one site `shop` in the namespace `f1`. */

type Fields = Record<string, unknown>;

export const places = { namespace: 'f1', operatorNamespace: 'f1-operator' };

const labels = {
  'app.kubernetes.io/name': 'hostedsite',
  'app.kubernetes.io/instance': 'shop',
  'app.kubernetes.io/managed-by': 'hostedsite',
};

/** Events in the order in which they are added; an object of the same kind and name as before is MODIFIED. */
export class Story {
  readonly events: Seen[] = [];
  readonly #there = new Map<string, Manifest>();
  #version = 0;

  /** An object as it is from now on, whole. */
  is(kind: FeedKind, name: string, fields: Fields = {}, metadata: Partial<Manifest['metadata']> = {}): this {
    const namespace = metadata.namespace ?? places.namespace;
    const id = `${kind}/${namespace}/${name}`;
    const object = {
      apiVersion: '',
      kind,
      ...fields,
      metadata: { name, namespace, uid: id, labels, ...metadata },
    };
    this.#add(kind, this.#there.has(id) ? 'MODIFIED' : 'ADDED', object);
    this.#there.set(id, object);
    return this;
  }

  ends(kind: FeedKind, name: string, namespace = places.namespace): this {
    const id = `${kind}/${namespace}/${name}`;
    const object = this.#there.get(id);
    if (object === undefined) throw new Error(`there is no ${id}`);
    this.#there.delete(id);
    return this.#add(kind, 'DELETED', object);
  }

  /** The site, owner of what `owned` says. */
  site(spec: Fields = {}, metadata: Partial<Manifest['metadata']> = {}, status: Fields = {}): this {
    const whole = { image: 'shop:1', hosts: ['shop.example'], ...spec };
    return this.is(
      'HostedSite',
      'shop',
      { spec: whole, status },
      { uid: 'site', generation: 1, labels: {}, ...metadata },
    );
  }

  copy(secret: string, data: Record<string, string>, goesWith = ''): this {
    const annotations = {
      'hostedsite.dev/copy-of': `f1/${secret}`,
      'hostedsite.dev/goes-with': goesWith,
    };
    return this.is(
      'Secret',
      `copy-${secret}`,
      { data },
      { namespace: places.operatorNamespace, annotations },
    );
  }

  /** What this invariant alone finds wrong. */
  faults(invariant: Invariant): string[] {
    return violations(this.events, places, [invariant]);
  }

  #add(kind: FeedKind, type: Seen['type'], object: Manifest): this {
    this.#version += 1;
    this.events.push({ kind, type, object, version: this.#version, at: 0 });
    return this;
  }
}

/** Invariant, what happens, and whether that is wrong. */
export type Case = readonly [
  invariant: Invariant,
  what: string,
  verdict: 'wrong' | 'right',
  story: (story: Story) => Story,
];

export const owned = {
  ownerReferences: [
    {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      name: 'shop',
      uid: 'site',
      controller: true,
    },
  ],
};

/** Of data that goes with the site. */
export const given = {
  ownerReferences: owned.ownerReferences.map(({ controller: _, ...rest }) => rest),
};

export const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' };

export function labelled(component: string): { labels: Record<string, string> } {
  return { labels: { ...labels, 'app.kubernetes.io/component': component } };
}
