import type { Right, Verb } from '../kube/right.ts';
import type { Kind } from './component.ts';

/** In the namespaces of sites. */
export type ComponentRight = Right & { readonly kind: Kind };

/** Made, kept as they are to be, and removed. */
export function managed(...kinds: Kind[]): ComponentRight[] {
  return rights(kinds, ['get', 'list', 'watch', 'create', 'patch', 'delete']);
}

/** Claims: nobody deletes one but Kubernetes, with the site that owns it. */
export function kept(...kinds: Kind[]): ComponentRight[] {
  return rights(kinds, ['get', 'list', 'watch', 'create', 'patch']);
}

/** What Kubernetes makes in a component's place: looked at, and given its owner back where it has lost it. */
export function watched(...kinds: Kind[]): ComponentRight[] {
  return rights(kinds, ['get', 'list', 'watch', 'patch']);
}

/** Secrets: made, and never read. */
export function unread(...kinds: Kind[]): ComponentRight[] {
  return rights(kinds, ['create']);
}

function rights(kinds: readonly Kind[], verbs: readonly Verb[]): ComponentRight[] {
  return kinds.map((kind) => ({ kind, verbs, scope: 'site-namespaces' }));
}
