import type { ComponentCondition, Manifest, Observed, Owned, Site } from '../component.ts';
import { conditionState } from './others-condition.ts';
import type { Condition } from './others-condition.ts';
import { certificateName } from './names.ts';

type Certificate = Manifest & { status?: { conditions?: readonly Condition[] } };

/** What cert-manager is asked for; it writes the certificate into the Secret of the same name and renews it. */
export function certificate(site: Site, hosts: readonly string[]): Owned | undefined {
  const { tls } = site.route;
  if (tls === undefined || !('issuerRef' in tls)) return undefined;
  const name = certificateName(site);
  const { issuerRef } = tls;
  return {
    object: {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name },
      spec: { secretName: name, dnsNames: [...hosts], issuerRef: { ...issuerRef } },
    },
    lifetime: 'site',
    write: 'apply',
  };
}

export function asksForCertificate({ route: { tls } }: Site): boolean {
  return tls !== undefined && 'issuerRef' in tls;
}

/** What there is still to wait for; undefined when the certificate of the newest hosts is issued, or none is asked for. */
export function pendingCertificate(site: Site, seen: Observed): ComponentCondition | undefined {
  if (!asksForCertificate(site)) return undefined;
  const name = certificateName(site);
  const found = seen.owned.find(({ kind, metadata }) => kind === 'Certificate' && metadata.name === name) as
    Certificate | undefined;
  const said = conditionState(found?.status?.conditions, 'Ready', found?.metadata.generation);
  if (said?.status === 'True') return undefined;
  const words =
    said?.message === undefined || said.message === ''
      ? `cert-manager has said nothing about the Certificate ${name} yet.`
      : `cert-manager says of the Certificate ${name}: ${said.message}`;
  return { status: 'False', reason: 'CertificatePending', message: words };
}
