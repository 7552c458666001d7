import { isTooLarge, wantedOf } from '../components/configuration.ts';
import type { ConfigMapContent, Observed, Revision, Site } from '../components/component.ts';
import type { Cluster } from '../kube/cluster.ts';
import { isRecord } from './difference.ts';

/** ConfigMaps of users: read by a pass that makes a release, copied, and not looked at again. */

interface Asking {
  site: Pick<Site, 'web'>;
  release: { wanted: Pick<Revision, 'name'> };
}

/** The release that the spec asks for is made now, of content that nobody has read. */
export function asksForConfigMaps({ site, release }: Asking, seen: Observed): boolean {
  const isNew = seen.revisions.every(({ name }) => name !== release.wanted.name);
  return site.web.configFiles.length > 0 && seen.configMaps === undefined && isNew;
}

/**
 * What was observed, with the ConfigMaps as they are now: one after the other, of each what is wanted, and none after too much.
 * What tenants write into them costs no more memory than what they may have.
 */
export async function withConfigMaps(
  { namespace, web: { configFiles } }: Site,
  seen: Observed,
  cluster: Pick<Cluster, 'read'>,
): Promise<Observed> {
  const configMaps = new Map<string, ConfigMapContent>();
  for (const name of new Set(configFiles.map(({ configMap }) => configMap.name))) {
    const found = await cluster.read('ConfigMap', namespace, name);
    if (found === undefined) continue;
    const whole = { data: texts(found['data']), binaryData: texts(found['binaryData']) };
    const wishes = configFiles.filter(({ configMap }) => configMap.name === name);
    configMaps.set(name, wantedOf(whole, wishes));
    if (isTooLarge(configMaps.values())) break;
  }
  return { ...seen, configMaps };
}

function texts(value: unknown): Record<string, string> {
  return isRecord(value) ? (value as Record<string, string>) : {};
}
