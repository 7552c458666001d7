import type { Recorded } from './proxy-request.ts';

/** One verb on one resource. What a rule says about names of objects is left to the API server, which refuses. */
export interface Right {
  /** Empty for the core group. */
  readonly apiGroup: string;
  /** Plural, with `/status` for the subresource. */
  readonly resource: string;
  readonly verb: string;
  readonly scope: 'cluster' | 'operator namespace';
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** An object of the chart, as far as rights go. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

/**
 * The rights without which the requests would be refused, and those that the same requests need where the cluster is
 * another one: LIST, where the API server does not know a watch with initial events, and the update of finalizers of
 * owners whose deletion is held up, where the admission plugin OwnerReferencesPermissionEnforcement asks for it.
 */
export function needed(requests: Iterable<Recorded>): Right[] {
  const rights = new Map<string, Right>();
  for (const request of requests) {
    const { own, group: apiGroup, subresource, blocks } = request;
    const resource = subresource === undefined ? request.resource : `${request.resource}/${subresource}`;
    const scope = own ? 'operator namespace' : 'cluster';
    const asked = verbsOf(request).map((verb) => ({ apiGroup, resource, verb, scope }) as const);
    const held = blocks.map((owner) => {
      const [ownerGroup = '', plural = ''] = owner.split(' ');
      return { apiGroup: ownerGroup, resource: `${plural}/finalizers`, verb: 'update', scope } as const;
    });
    for (const right of [...asked, ...held]) rights.set(sentence(right), right);
  }
  return [...rights.values()];
}

function verbsOf({ verb, name, apply, upstream, initialEvents }: Recorded): string[] {
  if (verb === 'delete' && name === undefined) return ['deletecollection'];
  // An apply is asked for `create` only when there is nothing to change.
  if (apply && (upstream === 201 || upstream === 403)) return ['patch', 'create'];
  return initialEvents ? ['watch', 'list'] : [verb];
}

/** What the chart's objects give to the one service account among them. */
export function grantedBy(objects: readonly Rendered[]): Right[] {
  return bound(objects).flatMap(({ role }) => {
    const scope = role.kind === 'Role' ? 'operator namespace' : 'cluster';
    return (role.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((apiGroup) =>
        resources.flatMap((resource) => verbs.map((verb) => ({ apiGroup, resource, verb, scope }) as const)),
      ),
    );
  });
}

export interface Bound {
  readonly binding: Rendered;
  readonly role: Rendered;
}

/** Each role of the service account with what binds it. */
export function bound(objects: readonly Rendered[]): Bound[] {
  const { name } = account(objects).metadata;
  return objects.flatMap((binding) => {
    const isOurs = binding.subjects?.some((one) => one.kind === 'ServiceAccount' && one.name === name);
    if (isOurs !== true) return [];
    const { roleRef } = binding;
    const role = objects.find((one) => one.kind === roleRef?.kind && one.metadata.name === roleRef.name);
    if (role === undefined) throw new Error(`the chart binds ${roleRef?.name}, which it does not have`);
    return [{ binding, role }];
  });
}

export function account(objects: readonly Rendered[]): Rendered {
  const [found, ...others] = objects.filter(({ kind }) => kind === 'ServiceAccount');
  if (found === undefined || others.length > 0)
    throw new Error('the chart has not exactly one ServiceAccount');
  return found;
}

/** Rights that nothing needs, and rights that are needed and not given, as sentences in alphabetical order. */
export function difference(
  granted: readonly Right[],
  needs: readonly Right[],
): { unused: string[]; missing: string[] } {
  const given = new Set(granted.map(sentence));
  const wanted = new Set(needs.map(sentence));
  const isGiven = (right: Right): boolean =>
    given.has(sentence(right)) || given.has(sentence({ ...right, scope: 'cluster' }));
  return {
    unused: [...given].filter((right) => !wanted.has(right)).sort(),
    missing: needs
      .filter((right) => !isGiven(right))
      .map(sentence)
      .sort(),
  };
}

function sentence({ apiGroup, resource, verb, scope }: Right): string {
  const where = scope === 'cluster' ? 'everywhere' : 'in its own namespace';
  return `${verb} ${resource}${apiGroup === '' ? '' : ` of ${apiGroup}`} ${where}`;
}
