import { until } from '../../cluster/command.ts';
import type { Exit, OperatorPod } from './operator-pod.ts';
import {
  carriedOut,
  create,
  deploymentsPath,
  edit,
  gone,
  image,
  ingressesPath,
  remove,
  siteNames,
} from './sites.ts';
import { Stage } from './stage.ts';

export interface Silence {
  /** From the end of the cut, or from its beginning where only old connections fall silent. */
  readonly milliseconds: number;
  readonly exits: readonly Exit[];
}

export interface Found extends Silence {
  /** Seconds until the last watch was given up by a process that is still the same. */
  readonly foundAfter: number;
}

export interface Cut extends Silence {
  /** What /readyz of the standby said when every kind was stale. */
  readonly stale: string;
  /** Seconds from the beginning of the cut until it said so of the first kind. */
  readonly staleAfter: number;
  /** Seconds from the end of the cut until both were ready again. */
  readonly readyAfter: number;
}

const names = {
  edited: siteNames('edited', 10),
  deleted: siteNames('deleted', 5),
  robbed: siteNames('robbed', 5),
  young: siteNames('young', 10),
};

/** Both operators hear nothing of the API server for a while, and nothing is closed. */
export async function cut(seconds: number, kinds: number): Promise<Cut> {
  return withSites({}, async (stage) => {
    const leader = await stage.leader();
    const standby = stage.pods.find((pod) => pod !== leader)!;
    const began = Date.now();
    for (const { relay } of stage.pods) relay.cut();
    await people(stage);
    const over = new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    const since = (): number => (Date.now() - began) / 1_000;
    await staleKinds(standby, 1, seconds);
    const staleAfter = since();
    const stale = await staleKinds(standby, kinds, seconds - staleAfter);
    await over;
    const ended = Date.now();
    for (const { relay } of stage.pods) relay.pass();
    const [readyAfter, milliseconds] = await Promise.all([
      Promise.all(stage.pods.map((pod) => stage.ready(pod, 75))).then(() => (Date.now() - ended) / 1_000),
      right(stage, 75),
    ]);
    return { milliseconds, exits: exits(stage), stale, staleAfter, readyAfter };
  });
}

/** Connections that there are fall silent for ever, all or those of watches; new ones work. */
export async function silence(which: 'all' | 'watches'): Promise<Found> {
  return withSites({ plain: which === 'watches' }, async (stage) => {
    const began = Date.now();
    for (const { relay } of stage.pods) relay.hold(which);
    const act = people(stage);
    const milliseconds = await Promise.all([act, right(stage, 80)]).then(([, time]) => time);
    const found = stage.pods.flatMap(({ log }) => log).filter(({ cause }) => cause === 'silent');
    const foundAt = Math.max(...found.map(({ timestamp = '' }) => Date.parse(timestamp)));
    return { milliseconds, exits: exits(stage), foundAfter: (foundAt - began) / 1_000 };
  });
}

async function withSites<T>(options: { plain?: boolean }, act: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await Stage.start();
  try {
    await stage.operators(2, options);
    for (const pod of stage.pods) pod.keep();
    for (const name of [...names.edited, ...names.robbed]) await create(stage, name);
    for (const name of names.deleted) await create(stage, name, { deletionPolicy: 'Delete' });
    await carriedOut(stage, 60);
    return await act(stage);
  } finally {
    await stage.stop();
  }
}

/** Sites made, edited and deleted, and children deleted and changed. */
async function people(stage: Stage): Promise<void> {
  for (const name of names.young) await create(stage, name);
  for (const name of names.edited)
    await edit(stage, name, { image: image(2), hosts: [`${name}.example.org`] });
  for (const name of names.deleted) await remove(stage, name);
  for (const name of names.robbed) {
    await stage.ask('DELETE', `${ingressesPath}/${name}`);
    await stage.ask('PATCH', `${deploymentsPath}/${name}-web`, { spec: { replicas: 9 } });
  }
}

/** Milliseconds until everything that `people` wanted is so. */
async function right(stage: Stage, seconds: number): Promise<number> {
  const began = Date.now();
  await until('the last site is made', seconds, () => exists(stage));
  await Promise.all([carriedOut(stage, seconds), gone(stage, names.deleted, seconds)]);
  return Date.now() - began;
}

async function exists(stage: Stage): Promise<true> {
  await stage.ask('GET', `${deploymentsPath}/${names.young.at(-1)!}-web`);
  return true;
}

function exits(stage: Stage): Exit[] {
  return stage.pods.flatMap((pod) => pod.exits);
}

/** The text of /readyz as soon as it names so many stale kinds. */
function staleKinds(pod: OperatorPod, count: number, seconds: number): Promise<string> {
  return until(`/readyz of ${pod.name} names ${count} stale kinds`, seconds, async () => {
    const answer = await pod.readiness();
    const named = answer?.status === 503 ? answer.text.match(/^no news of \w+ for \d+ s$/gm) : null;
    return (named?.length ?? 0) >= count ? answer?.text : undefined;
  });
}
