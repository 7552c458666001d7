import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { HostedSite } from './hosted-site.ts';
import { readDocuments } from '../../api/yaml.ts';

/**
 * The files of `examples/`: what an API server must accept and refuse. Specs only.
 * The documents of a file are applied one after the other, with strict validation of fields.
 * All are accepted, but for the last one of a file in `refused/`.
 */
export interface Example {
  name: string;
  documents: readonly (Pick<HostedSite, 'apiVersion' | 'kind' | 'spec'> & { metadata: { name: string } })[];
  /** Text that the last document's error contains: the file's first line, a comment. */
  error?: string;
}

export function examples(): Example[] {
  return examplesOf(new URL('./examples/', import.meta.url));
}

/** Of any kind that has such a folder. */
export function examplesOf(base: URL): Example[] {
  return [...folder(base, 'accepted'), ...folder(base, 'refused')];
}

function folder(base: URL, name: 'accepted' | 'refused'): Example[] {
  const path = new URL(`./${name}/`, base);
  return readdirSync(path)
    .sort()
    .map((file) =>
      example(basename(file, '.yaml'), readFileSync(new URL(file, path), 'utf8'), name === 'refused'),
    );
}

function example(name: string, text: string, refused: boolean): Example {
  // YAML 1.1, as kubectl reads it: a bare On is true
  const documents = readDocuments(text) as Example['documents'][number][];
  const [error = ''] = /(?<=^# ).*/.exec(text) ?? [];
  return { name, documents, ...(refused ? { error } : {}) };
}
