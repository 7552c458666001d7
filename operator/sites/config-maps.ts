import { bytesOf, wantedOf } from '../components/configuration.ts';
import { isHeld } from '../components/holds.ts';
import type { ConfigMapContent, Refusal, Site } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import { isRecord } from '../objects/difference.ts';
import type { Observed } from '../releases/observed.ts';
import type { Release } from '../releases/release.ts';

/** ConfigMaps of users: read by a pass that makes a release, copied, and not looked at again. */

interface Asking {
  site: Pick<Site, 'web' | 'holds'>;
  release: Pick<Release, 'state'>;
}

/** The release that the spec asks for is made now, of content that nobody has read. None is made of a tag that is not resolved yet. */
export function asksForConfigMaps({ site, release: { state } }: Asking, seen: Observed): boolean {
  if (isHeld(site, 'Changes') || state.desired.unresolved === true) return false;
  const isNew = seen.revisions.every(({ name }) => name !== state.desired.name);
  return site.web.configFiles.length > 0 && seen.configMaps === undefined && isNew;
}

/** Bytes that a pass reads before it sees that they are too many, also of keys that nobody wants; one ConfigMap more is on its way. */
const mostRead = 2 * 2 ** 20;

/**
 * The ConfigMaps as they are now: one after the other, of each what is wanted, and none after too much, so that what tenants write
 * into them has an end in memory.
 */
export async function readConfigMaps(
  { namespace, web: { configFiles } }: Pick<Site, 'namespace' | 'web'>,
  cluster: Pick<Cluster, 'read'>,
): Promise<{ configMaps: NonNullable<Observed['configMaps']>; refusal?: Refusal }> {
  const configMaps = new Map<string, ConfigMapContent>();
  let read = 0;
  for (const name of new Set(configFiles.map(({ configMap }) => configMap.name))) {
    const found = await cluster.read('ConfigMap', namespace, name);
    if (found === undefined) continue;
    const whole = { data: texts(found['data']), binaryData: texts(found['binaryData']) };
    const wishes = configFiles.filter(({ configMap }) => configMap.name === name);
    configMaps.set(name, wantedOf(whole, wishes));
    read += bytesOf(whole);
    if (read > mostRead) return { configMaps, refusal: tooMuch };
  }
  return { configMaps };
}

const tooMuch: Refusal = {
  reason: 'ConfigMapTooLarge',
  message:
    'The ConfigMaps of spec.web.configFiles are more than 2 MiB in all, with the keys that items do not name. Put what the site needs into a ConfigMap of its own.',
};

function texts(value: unknown): Record<string, string> {
  return isRecord(value) ? (value as Record<string, string>) : {};
}
