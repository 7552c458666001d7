import type { ConfigFiles, ConfigMapContent } from './component.ts';

/** What the release and the application both know of `web.configFiles`. */

/** Volumes of the copies, in the order of the list. No other one is named so. */
const stem = 'config-files-';

export function configFilesVolume(at: number): string {
  return `${stem}${at}`;
}

export function holdsConfigFiles({ name }: { name: string }): boolean {
  return name.startsWith(stem);
}

/** Bytes of all copies of a release, with the names of their keys, binary ones in base64: what one ConfigMap may hold. */
const most = 2 ** 20;

export function isTooLarge(contents: Iterable<ConfigMapContent>): boolean {
  return [...contents].reduce((sum, content) => sum + bytesOf(content), 0) > most;
}

export function bytesOf({ data, binaryData }: ConfigMapContent): number {
  return [data, binaryData]
    .flatMap((part) => Object.entries(part))
    .reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text), 0);
}

/** Those keys that one of these wants. */
export function wantedOf(content: ConfigMapContent, wishes: readonly ConfigFiles[]): ConfigMapContent {
  const keys = wishes.map(({ configMap: { items } }) => items?.map(({ key }) => key));
  if (keys.includes(undefined)) return content;
  const desired = new Set(keys.flat());
  const only = (all: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => desired.has(key)));
  return { data: only(content.data), binaryData: only(content.binaryData) };
}
