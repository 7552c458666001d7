import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocuments } from '../../operator/api/yaml.ts';
import type { Scripted } from './scripted-programs.ts';
import { calls, scriptedPrograms } from './scripted-programs.ts';

const templates = fileURLToPath(new URL('../../ci/gitlab/templates', import.meta.url));

type Inputs = Readonly<Record<string, { readonly default?: unknown }>>;

interface Header {
  readonly spec: { readonly inputs: Inputs };
}

interface Job {
  readonly script: readonly string[];
  readonly variables: Record<string, string>;
}

export interface Run {
  readonly code: number;
  /** The log: both outputs. */
  readonly log: string;
  readonly calls: readonly string[];
  /** What reached the cluster, by dry run not counted. */
  readonly applied: string;
  /** What is in the files that it hands on. */
  readonly left: string;
}

/** What a component may be given; it must be given what has no default. */
export function inputsOf(component: string): Inputs {
  const [header] = readDocuments(template(component)) as [Header];
  return header.spec.inputs;
}

function template(component: string): string {
  return readFileSync(join(templates, `${component}.yml`), 'utf8');
}

/** The first job of a component as GitLab makes it of its inputs. */
export function job(component: string, inputs: Readonly<Record<string, string>>): Job {
  const known = inputsOf(component);
  const filled = template(component).replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, name: string) => {
    const value = inputs[name] ?? known[name]?.default;
    if (value === undefined) throw new Error(`${component} asks for the input ${name}`);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  const [, jobs] = readDocuments(filled) as [unknown, Record<string, Job>];
  const [first] = Object.values(jobs);
  if (first === undefined) throw new Error(`${component} has no job`);
  return first;
}

/** Runs it in a repository that holds these files, with programs that answer as scripted. */
export async function runJob(
  { script, variables }: Job,
  scripted: readonly Scripted[],
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-job-'));
  try {
    scriptedPrograms(directory, scripted);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const PATH = `${join(directory, 'bin')}:${process.env['PATH']}`;
    const env = { ...variables, CI_COMMIT_SHA: 'c0ffee', ...environment, PATH, SCRIPTED: directory };
    const ended = await shell(['set -e', ...script].join('\n'), directory, env);
    const applied = written(directory, 'applied');
    const left = ['hostedsite.env', 'hostedsite-sites.yml'].map((name) => written(directory, name)).join('');
    return { ...ended, calls: calls(directory), applied, left };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function written(directory: string, name: string): string {
  const file = join(directory, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function shell(text: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Pick<Run, 'code' | 'log'>> {
  return new Promise((done, failed) => {
    const child = spawn('sh', ['-s'], { cwd, env });
    let log = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
    child.on('error', failed).on('close', (code) => done({ code: code ?? -1, log }));
    child.stdin.end(text);
  });
}
