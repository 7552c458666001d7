/** What somebody has to be allowed to do; declared beside whoever does it. The chart's RBAC rules are generated from all of them. */
export interface Right {
  readonly kind: string;
  readonly subresource?: 'finalizers' | 'status';
  readonly verbs: readonly Verb[];
  readonly scope: Scope;
  /** Only on the object that has the name of the operator's release. */
  readonly ownName?: true;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** `cluster` is for kinds that have no namespace; a Namespace counts as in itself. An operator that is limited to namespaces does without. */
export type Scope = 'site-namespaces' | 'operator-namespace' | 'cluster';
