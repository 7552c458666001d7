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

/** Bytes of all files of a site, with their names, those of binary ones in base64: what one ConfigMap may hold. */
const most = 2 ** 20;

export function isTooLarge(contents: Iterable<ConfigMapContent>): boolean {
  let sum = 0;
  for (const { data, binaryData } of contents)
    for (const [key, text] of [...Object.entries(data), ...Object.entries(binaryData)])
      sum += Buffer.byteLength(key) + Buffer.byteLength(text);
  return sum > most;
}

/** Those keys that one of these wants. */
export function wantedOf(content: ConfigMapContent, wishes: readonly ConfigFiles[]): ConfigMapContent {
  const keys = wishes.map(({ configMap: { items } }) => items?.map(({ key }) => key));
  if (keys.includes(undefined)) return content;
  const wanted = new Set(keys.flat());
  const only = (all: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => wanted.has(key)));
  return { data: only(content.data), binaryData: only(content.binaryData) };
}
