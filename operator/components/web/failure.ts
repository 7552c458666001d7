import type {
  Container,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
} from 'kubernetes-types/core/v1.d.ts';
import type { Manifest, Observed, Revision, Site } from '../component.ts';
import { lastLines } from '../pod/last-lines.ts';
import { manner } from '../pod/pod-crash.ts';
import { podTrouble } from '../pod/pod-trouble.ts';
import { answer, asked, questionOf } from '../pod/probe.ts';

/** Why a release did not come up within its deadline: what there is to see of its pods while they are there. */
export function failure(
  site: Site,
  pods: readonly Manifest[],
  { image, template }: Revision,
  seen: Pick<Observed, 'now' | 'remarks'>,
): string {
  const late = `${image} was not ready within ${site.rollout.progressDeadlineSeconds} seconds.`;
  const statuses = pods.flatMap(containers).filter(({ ready }) => !ready);
  const ends = statuses.flatMap((status) => terminationOf(status) ?? []);
  const unanswered = sentence(template, answer(seen, pods, 'application'));
  const cause =
    otherTrouble(pods, seen) ?? endSentence(ends, unanswered) ?? waitSentence(statuses, unanswered);
  const lines = ends.map(({ end }) => lastLines(end)).find((text) => text !== '');
  return lines === undefined ? `${late} ${cause}` : `${late} ${cause} Its last lines:\n${lines}`;
}

/** Other than that a container ends, of which more is said when its pods will be gone. */
function otherTrouble(
  pods: readonly Manifest[],
  seen: Pick<Observed, 'now' | 'remarks'>,
): string | undefined {
  const trouble = podTrouble(pods, seen);
  return trouble?.reason === 'ContainerCrashing' ? undefined : trouble?.message;
}

function containers(pod: Manifest): ContainerStatus[] {
  const { initContainerStatuses = [], containerStatuses = [] } = (pod as Manifest & Pod).status ?? {};
  return [...containerStatuses, ...initContainerStatuses];
}

interface End {
  name: string;
  end: ContainerStateTerminated;
}

function terminationOf({ name, state, lastState }: ContainerStatus): End | undefined {
  const end = state?.terminated ?? lastState?.terminated;
  return end === undefined ? undefined : { name, end };
}

interface Unanswered {
  sentence: string;
  /** How long the application may take to answer, in milliseconds. */
  patience: number;
}

/** Of the template that ran, which may be older than what would be rendered now. */
function sentence({ spec }: Revision['template'], back: string | undefined): Unanswered {
  const list = (spec['containers'] ?? []) as Container[];
  const question = questionOf(list.find(({ name }) => name === 'application'));
  const what = question === undefined ? 'its startup probe' : asked(question);
  const words = `The container application runs, but does not answer ${what}; it must listen on all addresses`;
  return {
    sentence: `${words}${back === undefined ? '' : ` (${back})`}.`,
    patience: question?.patience ?? Infinity,
  };
}

function endSentence([first]: readonly End[], { sentence, patience }: Unanswered): string | undefined {
  if (first === undefined) return undefined;
  const { name, end } = first;
  if (name === 'application' && wasEnded(end, patience)) return sentence;
  return `The container ${name} ${manner(end)}.`;
}

/** By the kubelet, because it did not answer: ended by a signal, or as soon as the time to start was over. */
function wasEnded(
  { exitCode, reason, startedAt, finishedAt }: ContainerStateTerminated,
  patience: number,
): boolean {
  if (reason === 'OOMKilled') return false;
  return bySignal.has(exitCode) || Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '') >= patience;
}

/** 128 + SIGKILL, 128 + SIGTERM. */
const bySignal: ReadonlySet<number> = new Set([137, 143]);

function waitSentence(statuses: readonly ContainerStatus[], { sentence }: Unanswered): string {
  const running = statuses.filter(({ state }) => state?.running !== undefined).map(({ name }) => name);
  if (running.includes('application')) return sentence;
  const [other] = running;
  return other === undefined
    ? 'Its pods did not start, for example because a volume could not be mounted.'
    : `The container ${other} runs, but is not ready.`;
}
