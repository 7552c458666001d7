import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import type { Instance } from './instance.ts';
import { addresses } from './instance.ts';

interface Identity {
  readonly name: string;
  readonly subject: string;
  readonly extensions: string;
  readonly authority?: 'ca' | 'front-proxy-ca';
}

const validDays = '3650';
const client = 'extendedKeyUsage=clientAuth\n';

/** Makes the cluster's keys once; a stopped cluster that keeps its data keeps them. Returns their directory. */
export async function certificates(cluster: Instance): Promise<string> {
  const directory = join(cluster.directory, 'certificates');
  if (existsSync(directory)) return directory;
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  await run('openssl', ['genrsa', '-out', 'sa.key', '2048'], { cwd: unfinished });
  await run('openssl', ['rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub'], { cwd: unfinished });
  for (const name of ['ca', 'front-proxy-ca']) await authority(unfinished, name);
  for (const identity of identities(cluster)) await sign(unfinished, identity);
  renameSync(unfinished, directory);
  return directory;
}

/** A kubeconfig for one of the identities, with the certificates inside, so that the file may be copied. */
export async function kubeconfig(directory: string, name: string, server: string): Promise<string> {
  const inline = async (file: string): Promise<string> =>
    (await run('base64', ['-w0', file], { cwd: directory })).trim();
  const cluster = { server, 'certificate-authority-data': await inline('ca.crt') };
  const user = {
    'client-certificate-data': await inline(`${name}.crt`),
    'client-key-data': await inline(`${name}.key`),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hostedsite', cluster }],
    users: [{ name, user }],
    contexts: [{ name: 'hostedsite', context: { cluster: 'hostedsite', user: name } }],
    'current-context': 'hostedsite',
  });
}

function identities(cluster: Instance): Identity[] {
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(
    (name) => `DNS:${name}`,
  );
  const served = [
    ...names,
    'IP:127.0.0.1',
    `IP:${addresses.controlPlane}`,
    `IP:${addresses.firstService}`,
  ].join(',');
  return [
    {
      name: 'apiserver',
      subject: '/CN=kube-apiserver',
      extensions: `subjectAltName=${served}\nextendedKeyUsage=serverAuth\n`,
    },
    {
      name: 'kubelet-client',
      subject: '/O=system:masters/CN=kube-apiserver-kubelet-client',
      extensions: client,
    },
    {
      name: 'front-proxy-client',
      subject: '/CN=front-proxy-client',
      extensions: client,
      authority: 'front-proxy-ca',
    },
    { name: 'admin', subject: '/O=system:masters/CN=admin', extensions: client },
    { name: 'controller-manager', subject: '/CN=system:kube-controller-manager', extensions: client },
    { name: 'scheduler', subject: '/CN=system:kube-scheduler', extensions: client },
    { name: 'proxy', subject: '/CN=system:kube-proxy', extensions: client },
    ...cluster.nodes.map(({ name, address }) => ({
      name,
      subject: `/O=system:nodes/CN=system:node:${name}`,
      extensions: `subjectAltName=DNS:${name},IP:${address}\nextendedKeyUsage=clientAuth,serverAuth\n`,
    })),
  ];
}

async function key(directory: string, name: string): Promise<void> {
  await run('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', `${name}.key`], {
    cwd: directory,
  });
}

async function authority(directory: string, name: string): Promise<void> {
  await key(directory, name);
  const args = [
    'req',
    '-x509',
    '-new',
    '-key',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-subj',
    `/CN=${name}`,
    '-days',
    validDays,
  ];
  await run('openssl', args, { cwd: directory });
}

async function sign(directory: string, identity: Identity): Promise<void> {
  const { name, subject, extensions, authority: issuer = 'ca' } = identity;
  await key(directory, name);
  const request = await run('openssl', ['req', '-new', '-key', `${name}.key`, '-subj', subject], {
    cwd: directory,
  });
  writeFileSync(join(directory, `${name}.extensions`), extensions);
  const issuerFiles = ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
  const args = [
    'x509',
    '-req',
    ...issuerFiles,
    '-out',
    `${name}.crt`,
    '-days',
    validDays,
    '-extfile',
    `${name}.extensions`,
  ];
  await run('openssl', args, { cwd: directory, input: request });
}
