import { AlreadyExists } from '../../../operator/kube/errors.ts';
import { until } from '../../cluster/command.ts';
import type { Exit } from './operator-pod.ts';
import { carriedOut, create, edit, image, siteNames } from './sites.ts';
import { Stage } from './stage.ts';

export interface Outage {
  /** From the moment at which the API server answers again until every site is as its spec says. */
  readonly milliseconds: number;
  /** Ends of the operators' processes; each was started again as a kubelet does it. */
  readonly exits: readonly Exit[];
  readonly sites: number;
}

/** `kill -9` of API server and etcd while 50 sites are made and 20 others are edited; both come back after some seconds. */
export async function outage(secondsDown: number): Promise<Outage> {
  const stage = await Stage.start();
  try {
    await stage.operators(2);
    for (const pod of stage.pods) pod.keep();
    const [old, young] = [siteNames('old', 20), siteNames('young', 50)];
    for (const name of old) await create(stage, name);
    await carriedOut(stage, 60);
    const edits = oneByOne(old, (name) => persistently(name, () => edit(stage, name, { image: image(2) })));
    const creations = oneByOne(young, (name) => persistently(name, () => create(stage, name)));
    await until('some sites are made', 30, () => {
      const names = new Set(stage.writes().map(({ name }) => name));
      const isUnderWay = young.filter((name) => names.has(`${name}-web`)).length >= 5;
      return Promise.resolve(isUnderWay ? true : undefined);
    });
    await Promise.all([stage.plane.kill('kube-apiserver'), stage.plane.kill('etcd')]);
    // How long the outage lasts.
    await new Promise((resolve) => setTimeout(resolve, secondsDown * 1_000));
    stage.plane.run('etcd');
    stage.plane.run('kube-apiserver');
    await stage.plane.ready();
    const began = Date.now();
    await Promise.all([edits, creations]);
    await carriedOut(stage, 75);
    const milliseconds = Date.now() - began;
    const exits = stage.pods.flatMap((pod) => pod.exits);
    return { milliseconds, exits, sites: old.length + young.length };
  } finally {
    await stage.stop();
  }
}

async function oneByOne(names: readonly string[], act: (name: string) => Promise<void>): Promise<void> {
  for (const name of names) await act(name);
}

/** As a person does who gets no answer: once more. What was carried out although no answer came is there already. */
function persistently(name: string, act: () => Promise<void>): Promise<void> {
  return until(`${name} is accepted`, 90, () =>
    act().then(
      () => true as const,
      (error: unknown) => (error instanceof AlreadyExists ? true : undefined),
    ),
  ).then(() => undefined);
}
