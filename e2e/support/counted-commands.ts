import type { SiteTask } from '../../operator/kinds/site-task/site-task.ts';
import type { SiteTaskStatus } from '../../operator/kinds/site-task/status.ts';
import { eventually, kubectl } from './cluster.ts';
import { site } from './site.ts';

/** Commands of releases and tasks that leave a line on their site's volume each time they begin: so it is seen how often. */

/** At /data, where such a site has them. */
export const countedFiles = { size: '20Mi' };

const line = (word: string): string => `require('fs').appendFileSync('/data/begun', '${word}\\n');`;

/** Ends well when `letEnd` says so, and as soon as it is told to stop, which it calls a success too. */
export function counted(word: string): string[] {
  const program = `
    ${line(word)}
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => require('fs').existsSync('/data/end-${word}') && process.exit(0), 200);`;
  return ['node', '-e', program];
}

export function task(name: string, siteName: string, spec: Omit<SiteTask['spec'], 'siteName'>): object {
  const { command, ...more } = spec;
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteTask',
    metadata: { name },
    spec: { siteName, command: [...command], ...more },
  };
}

/** What the commands of one site have come to. It has to serve: its volume is read in a pod that does. */
export interface CommandsOfSite {
  /** How often the command of this word has begun. */
  begun(word: string): Promise<number>;
  hasBegun(word: string): Promise<void>;
  letEnd(word: string): Promise<void>;
  /** As the status tells the one of the newest release. */
  ofRelease(): Promise<{ phase: string; reason?: string } | undefined>;
}

export function commandsOf(namespace: string, name: string): CommandsOfSite {
  const inPod = ['exec', '-n', namespace, `deployment/${name}-web`, '-c', 'application', '--', 'node'];
  const begun = async (word: string): Promise<number> => {
    const read = "try { process.stdout.write(fs.readFileSync('/data/begun')) } catch {}";
    return linesOf(await kubectl([...inPod, '-e', read]), word);
  };
  const ofRelease = async () => (await site(namespace, name)).status?.release?.command;
  return {
    begun,
    ofRelease,
    hasBegun: async (word) => {
      await eventually(`${word} has begun`, 60, async () => ((await begun(word)) === 1 ? true : undefined));
    },
    letEnd: async (word) => {
      await kubectl([...inPod, '-e', `fs.writeFileSync('/data/end-${word}', '')`]);
    },
  };
}

export function linesOf(text: string, word: string): number {
  return text.split('\n').filter((line) => line === word).length;
}

export async function taskStatus(namespace: string, name: string): Promise<SiteTaskStatus> {
  const text = await kubectl(['get', 'sitetask', name, '-n', namespace, '-o', 'json']);
  return (JSON.parse(text) as SiteTask).status ?? {};
}

/** `Failed/Lost`, and what it says to that. */
export async function endOfTask(namespace: string, name: string, seconds: number): Promise<[string, string]> {
  return eventually(`the task ${name} has ended`, seconds, async () => {
    const { phase, reason, message = '' } = await taskStatus(namespace, name);
    return phase === 'Succeeded' || phase === 'Failed' ? [`${phase}/${reason}`, message] : undefined;
  });
}
