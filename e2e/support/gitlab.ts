import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../cluster/command.ts';
import { imageArchive, imageReference } from '../cluster/images.ts';
import { checkout, networkNamespaces } from '../cluster/instance.ts';
import { runningCluster } from '../cluster/lifecycle.ts';
import { onNetwork } from '../cluster/network.ts';
import { registryAccount, registryAddress } from '../cluster/registry.ts';
import { clusterEnvironment } from './cluster.ts';

/**
 * A GitLab made of folders: projects are bare repositories, and gitlab-ci-local runs a pipeline of what is in a clone, with its
 * shell executor, in the cluster's network, where the registry and the API server are.
 */
export interface GitLab {
  /** Clones are in it, and the checkout's folders that pages name. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly network: string;
}

/** What a pipeline came to. */
export interface Pipeline {
  readonly code: number | null;
  readonly said: string;
  /** The end of it, in milliseconds since 1970. */
  readonly endedAt: number;
}

/** One that has begun. */
export interface RunningPipeline {
  readonly ended: Promise<Pipeline>;
  /** Ends it with its jobs, unless it has ended. */
  cancel(): void;
}

const host = 'gitlab.example.com';
const runner = join(checkout, 'node_modules/gitlab-ci-local/dist/index.js');
/** What the example's Containerfile builds on. */
const base = 'docker.io/library/node:24-slim';

/** Empty: no projects. What an earlier run left is gone. */
export async function gitLab(): Promise<GitLab> {
  const { cluster, keys } = await runningCluster();
  const directory = join(cluster.directory, 'gitlab');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'home'), { recursive: true });
  for (const name of ['ci', 'examples']) await run('cp', ['-R', join(checkout, name), directory]);
  writeSettings(directory);
  const environment = {
    ...(await clusterEnvironment()),
    HOME: join(directory, 'home'),
    KUBECONFIG: join(keys, 'admin.kubeconfig'),
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_STORAGE_CONF: join(directory, 'storage.conf'),
    CONTAINERS_REGISTRIES_CONF: join(directory, 'registries.conf'),
    REGISTRY_AUTH_FILE: join(directory, 'auth.json'),
  };
  const gitlab = { directory, environment, network: networkNamespaces(cluster).controlPlane };
  await inside(gitlab, ['buildah', 'pull', '--quiet', `docker-archive:${imageArchive('node-example-1')}`]);
  await inside(gitlab, ['buildah', 'tag', imageReference('node-example-1'), base]);
  return gitlab;
}

function writeSettings(directory: string): void {
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(directory, name), `${lines.join('\n')}\n`);
  const remotes = `file://${join(directory, 'remotes')}`;
  write('home/.gitconfig', [
    ...['[user]', 'name = A developer', 'email = developer@shop.example', '[init]', 'defaultBranch = main'],
    // gitlab-ci-local fetches components with git. A project's own origin has to look like GitLab's, so it is not among these.
    ...[`[url "${remotes}/hosting/"]`, `insteadOf = https://${host}/hosting/`],
  ]);
  const roots = ['graphroot', 'runroot'].map((name) => `${name} = "${join(directory, name)}"`);
  write('storage.conf', ['[storage]', 'driver = "overlay"', ...roots]);
  write('auth.json', ['{}']);
  write('registries.conf', ['[[registry]]', `location = "${registryAddress}"`, 'insecure = true']);
}

/** Makes an empty project such as `shops/shop`, and a clone of it; returns that. */
export async function project(gitlab: GitLab, path: string): Promise<string> {
  const repository = await emptyProject(gitlab, path);
  const clone = join(gitlab.directory, path.split('/').at(-1) ?? '');
  const git = ['git', '-C', clone];
  await inside(gitlab, ['git', 'init', '--quiet', clone]);
  await inside(gitlab, [...git, 'remote', 'add', 'origin', `https://${host}/${path}.git`]);
  await inside(gitlab, [...git, 'config', 'remote.origin.pushurl', `file://${repository}`]);
  await inside(gitlab, [...git, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main']);
  return clone;
}

/** One that nobody has a clone of yet. */
export async function emptyProject(gitlab: GitLab, path: string): Promise<string> {
  const repository = join(gitlab.directory, 'remotes', `${path}.git`);
  await inside(gitlab, ['git', 'init', '--quiet', '--bare', repository]);
  await inside(gitlab, ['git', '-C', repository, 'config', 'uploadpack.allowFilter', 'true']);
  return repository;
}

/** Writes files of a clone, commits all and pushes; returns the commit. */
export async function push(
  gitlab: GitLab,
  clone: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(clone, name)), { recursive: true });
    writeFileSync(join(clone, name), text);
  }
  const git = ['git', '-C', clone];
  await inside(gitlab, [...git, 'add', '--all']);
  await inside(gitlab, [...git, 'commit', '--quiet', '--allow-empty', '--message=A change']);
  await inside(gitlab, [...git, 'push', '--quiet', 'origin', 'HEAD:main']);
  return (await inside(gitlab, [...git, 'rev-parse', 'HEAD'])).trim();
}

/** Follows a page: a shell beside the clones. */
export function follow(gitlab: GitLab, commands: string): Promise<string> {
  return inside(gitlab, ['bash', '-euo', 'pipefail', '-s'], commands);
}

/** Begins the pipeline of what is in a clone, or only the jobs that are named, by the account of a kubeconfig. */
export async function pipeline(
  gitlab: GitLab,
  clone: string,
  jobs: readonly string[],
  kubeconfig: string,
): Promise<RunningPipeline> {
  const { username, password } = registryAccount;
  const variables = {
    CI_REGISTRY: registryAddress,
    CI_REGISTRY_USER: username,
    CI_REGISTRY_PASSWORD: password,
    CI_DEPLOY_USER: username,
    CI_DEPLOY_PASSWORD: password,
    // As in GitLab; gitlab-ci-local has the present time instead.
    CI_COMMIT_TIMESTAMP: (await inside(gitlab, ['git', '-C', clone, 'log', '-1', '--format=%cI'])).trim(),
  };
  const flags = ['--force-shell-executor', '--shell-isolation', '--no-artifacts-to-source', '--no-color'];
  const known = ['--ignore-predefined-vars', Object.keys(variables).join()];
  const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  const words = [runner, '--concurrency', '8', ...flags, ...known, ...given, ...jobs];
  const env = { ...gitlab.environment, KUBECONFIG: kubeconfig };
  const command = [onNetwork(gitlab.network), process.execPath, ...words];
  // The leader of a group of processes, so that its jobs end with it.
  const child = spawn('nsenter', command, { cwd: clone, env, detached: true });
  const cancel = (): void => {
    const { pid, exitCode, signalCode } = child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGTERM');
  };
  return { ended: endOf(child), cancel };
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<Pipeline> {
  return new Promise((done, failed) => {
    let said = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.on('error', failed).on('close', (code) => {
      if (code === 0 && !/^ PASS /m.test(said)) failed(new Error(`a pipeline ended without a job:\n${said}`));
      else done({ code, said, endedAt: Date.now() });
    });
  });
}

/** The log of a job of the latest pipeline in a clone, without empty lines at its end. */
export function jobLog(clone: string, job: string): string[] {
  const file = join(clone, '.gitlab-ci-local/output', `${job}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

function inside(gitlab: GitLab, command: readonly string[], input = ''): Promise<string> {
  const options = { cwd: gitlab.directory, env: gitlab.environment, timeout: 120_000, input };
  return run('nsenter', [onNetwork(gitlab.network), ...command], options);
}
