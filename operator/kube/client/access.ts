import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How to reach the API server, and as whom. */
export interface Access {
  /** `https://host:port`, without a slash at the end. */
  readonly server: string;
  /** Value of the `authorization` header. */
  readonly authorization?: string | undefined;
  readonly tls: TlsFiles;
}

/** PEM texts; a change of any of them means new connections. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** Reads anew whatever may have changed on disk. */
export type AccessSource = () => Promise<Access>;

export interface InCluster {
  /** KUBERNETES_SERVICE_HOST. */
  readonly host: string;
  /** KUBERNETES_SERVICE_PORT. */
  readonly port: string;
  /** Where the service account is mounted, with `token` and `ca.crt`. */
  readonly directory: string;
}

/** A pod's own service account. */
export function inClusterAccess({ host, port, directory }: InCluster): AccessSource {
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return async () => {
    const [token, ca] = await Promise.all([
      readFile(join(directory, 'token'), 'utf8'),
      readFile(join(directory, 'ca.crt'), 'utf8'),
    ]);
    return { server, authorization: `Bearer ${token.trim()}`, tls: { ca } };
  };
}
