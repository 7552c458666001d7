import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The golden file: what every subject of the bench writes for one site, in the order of writing. */
export const goldenFile = fileURLToPath(new URL('site-children.json', import.meta.url));

/** A Kubernetes object as it goes over the wire. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export interface Child {
  /** `createOnce` is a POST whose 409 means that it is there; `apply` is a server-side apply. */
  write: 'createOnce' | 'apply';
  /** Holds placeholders, see `Values`. */
  manifest: KubernetesObject;
}

export interface Golden {
  children: readonly Child[];
}

/** What a site puts into the placeholders of the golden file. */
export interface Values {
  name: string;
  namespace: string;
  uid: string;
  image: string;
  operatorNamespace: string;
}

export function golden(path = goldenFile): Golden {
  return JSON.parse(readFileSync(path, 'utf8')) as Golden;
}

/** The children of one site. `{{inputs}}` and `{{revision}}` follow the image, `{{hash}}` the child's whole content. */
export function childrenOf({ children }: Golden, values: Values): Child[] {
  const inputs = sha256(values.image);
  const words: Record<string, string> = { ...values, inputs, revision: inputs.slice(0, 10) };
  return children.map(({ write, manifest }) => {
    const text = substituted(JSON.stringify(manifest), words);
    const whole = substituted(text, { hash: sha256(text) });
    return { write, manifest: JSON.parse(whole) as KubernetesObject };
  });
}

/** Replaces `{{word}}`; a word without a value stays. */
export function substituted(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (all, word: string) => words[word] ?? all);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
