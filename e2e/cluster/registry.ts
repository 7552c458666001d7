import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, run, until } from './command.ts';
import { members } from './control-groups.ts';
import type { Running } from './control-plane.ts';
import { daemon, program } from './control-plane.ts';
import { buildah, imageArchive, imageReference } from './images.ts';
import type { ImageName } from './images.ts';
import type { Instance } from './instance.ts';
import { addresses, networkNamespaces } from './instance.ts';
import { onNetwork } from './network.ts';
import { commandOf, endAll } from './processes.ts';
import { builtPrograms } from './programs.ts';

/** Where the nodes find it, and how images in it begin. Inside the cluster's network alone, so plain HTTP will do. */
export const registryAddress = `${addresses.controlPlane}:5000`;

/** The only account. The file of passwords holds its bcrypt hash. */
export const registryAccount = { username: 'shop', password: 'open-sesame' } as const;
export const passwords = 'shop:$2a$04$tooVTzKQIwArIZxXhL2W3eVtfSRTr1gFvMWGoFm/dUxhTamlTauya\n';

/** A registry that gives nothing away without the password; empty, and only as long as a story wants it. */
export async function startRegistry(running: Running): Promise<void> {
  const directory = join(running.cluster.directory, 'registry');
  await endRegistry(running.cluster);
  await run('rm', ['-rf', directory]);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'htpasswd'), passwords);
  const configuration = join(directory, 'config.json');
  writeFileSync(configuration, JSON.stringify(settings(directory)));
  const { controlPlane } = networkNamespaces(running.cluster);
  const programs = builtPrograms(['registry']);
  const command = [program({ ...running, programs }, 'registry', 'registry'), 'serve', configuration];
  daemon(running, controlPlane, 'registry', command);
  await until('the registry answers', 15, async () => {
    const ask = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}'];
    const answer = await inside(running.cluster, ['curl', ...ask, `http://${registryAddress}/v2/`]);
    return answer === '401' ? true : undefined;
  });
}

export async function endRegistry(cluster: Instance): Promise<void> {
  await endAll('the registry has ended', () =>
    members(cluster, 'control').filter((pid) => commandOf(pid)[0]?.endsWith('/registry') === true),
  );
}

/** Puts one of the project's images into the registry under a name such as `shop:1`; returns the whole reference. */
export async function pushImage(running: Running, image: ImageName, name: string): Promise<string> {
  const reference = `${registryAddress}/${name}`;
  const source = await inStorage(image);
  const { username, password } = registryAccount;
  const flags = ['--quiet', '--tls-verify=false', '--disable-compression', `--creds=${username}:${password}`];
  await inside(running.cluster, ['buildah', ...buildah, 'push', ...flags, source, `docker://${reference}`]);
  return reference;
}

/** Layers that are not needed any more go from buildah's storage, archives stay. */
async function inStorage(image: ImageName): Promise<string> {
  const name = imageReference(image);
  const known = await attempt('buildah', [...buildah, 'inspect', '--type=image', name]);
  if (known === undefined)
    await run('buildah', [...buildah, 'pull', '--quiet', `docker-archive:${imageArchive(image)}`]);
  return name;
}

/** What containerd on each node has to know, as `certs.d` of its registry settings holds it: file → content. */
export function registryHosts(): { directory: string; content: string } {
  const capabilities = 'capabilities = ["pull", "resolve"]';
  return { directory: registryAddress, content: `[host."http://${registryAddress}"]\n  ${capabilities}\n` };
}

function settings(directory: string): object {
  return {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: registryAddress },
    auth: { htpasswd: { realm: 'registry', path: join(directory, 'htpasswd') } },
  };
}

function inside(cluster: Instance, command: readonly string[]): Promise<string> {
  const { controlPlane } = networkNamespaces(cluster);
  return run('nsenter', [onNetwork(controlPlane), ...command], { timeout: 120_000 });
}
