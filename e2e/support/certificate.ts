import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../cluster/command.ts';
import { kubectl } from './cluster.ts';

/** Makes a certificate for a host, and a Secret of it in each of the namespaces. Returns what a visitor trusts, as PEM. */
export async function tlsSecret(name: string, host: string, namespaces: readonly string[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-certificate-'));
  try {
    const [key, certificate] = [join(directory, 'tls.key'), join(directory, 'tls.crt')];
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out'];
    await run('openssl', [...args, certificate, ...subject]);
    const files = [`--cert=${certificate}`, `--key=${key}`];
    for (const where of namespaces) await kubectl(['create', 'secret', 'tls', name, '-n', where, ...files]);
    return readFileSync(certificate, 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
