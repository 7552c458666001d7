import { eventually, kubectl } from './cluster.ts';

/** The kind of the owner of each of a site's claims; empty for none. */
export async function ownersOfClaims(namespace: string, name: string): Promise<string[]> {
  const path = '{range .items[*]}[{.metadata.ownerReferences[*].kind}]{end}';
  const selector = `app.kubernetes.io/managed-by=hostedsite,app.kubernetes.io/instance=${name}`;
  const text = await kubectl(['get', 'pvc', '-n', namespace, '-l', selector, '-o', `jsonpath=${path}`]);
  return [...text.matchAll(/\[([^\]]*)\]/g)].map(([, kind = '']) => kind);
}

/** Waits until the volumes go with their site: that is told a moment before. */
export async function owned(namespace: string, name: string): Promise<void> {
  await eventually(`the volumes of ${name} go with it`, 60, async () =>
    (await ownersOfClaims(namespace, name)).every((kind) => kind === 'HostedSite') ? true : undefined,
  );
}
