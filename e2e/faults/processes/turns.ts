import { NotFound } from '../../../operator/kube/errors.ts';
import { until } from '../../cluster/command.ts';
import { carriedOut, create, deploymentsPath, edit, image } from './sites.ts';
import { Stage } from './stage.ts';

export interface Turns {
  /** Edits of the one tenant that the API server took. */
  readonly edits: number;
  /** Milliseconds until the other tenant's Service, which somebody deletes again and again, was back. */
  readonly repairs: readonly number[];
  /** Milliseconds until what the other tenant edits was written. */
  readonly changes: readonly number[];
}

const loud = 'loud';
const loudSites = Array.from({ length: 32 }, (_, at) => `loud-${at + 1}`);
/** Milliseconds between two edits of one site: 24 a second of all together. */
const editInterval = (loudSites.length * 1000) / 24;
const service = '/api/v1/namespaces/sites/services/quiet-web';

/** A tenant who edits one of his 32 sites 24 times a second for as long as it goes on, and one site of another tenant. */
export async function besideEdits(milliseconds: number): Promise<Turns> {
  const stage = await Stage.start();
  try {
    await stage.operators(1);
    await stage.ask('POST', '/api/v1/namespaces', { metadata: { name: loud } });
    await create(stage, 'quiet');
    for (const name of loudSites) await create(stage, name, {}, loud);
    await carriedOut(stage, 60);
    const over = new AbortController();
    const flood = Promise.all(loudSites.map((name) => editAgainAndAgain(stage, name, over.signal)));
    // Told below, unless something else has failed before.
    flood.catch(() => undefined);
    const [repairs, changes]: [number[], number[]] = [[], []];
    const end = Date.now() + milliseconds;
    for (let replicas = 2; Date.now() < end; replicas = 2 + (replicas % 40)) {
      repairs.push(await repaired(stage));
      changes.push(await changed(stage, replicas));
    }
    over.abort();
    const edits = (await flood).reduce((all, count) => all + count, 0);
    return { edits, repairs, changes };
  } finally {
    await stage.stop();
  }
}

/** Returns how many edits there were. */
async function editAgainAndAgain(stage: Stage, name: string, over: AbortSignal): Promise<number> {
  let count = 0;
  while (!over.aborted) {
    const began = Date.now();
    await edit(stage, name, { image: image(2 + (count % 90)) }, loud);
    count += 1;
    await new Promise((wake) => setTimeout(wake, Math.max(0, began + editInterval - Date.now())));
  }
  return count;
}

async function repaired(stage: Stage): Promise<number> {
  const uid = async (): Promise<string | undefined> => {
    const found = await stage.ask('GET', service).catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
    return (found as { metadata: { uid: string } } | undefined)?.metadata.uid;
  };
  const before = await uid();
  await stage.ask('DELETE', service);
  return since(async () => {
    const now = await uid();
    return now !== undefined && now !== before;
  });
}

async function changed(stage: Stage, replicas: number): Promise<number> {
  await edit(stage, 'quiet', { replicas });
  return since(async () => {
    const { spec } = (await stage.ask('GET', `${deploymentsPath}/quiet-web`)) as {
      spec: { replicas: number };
    };
    return spec.replicas === replicas;
  });
}

async function since(happened: () => Promise<boolean>): Promise<number> {
  const began = Date.now();
  await until('the other tenant has had a turn', 30, async () => ((await happened()) ? true : undefined));
  return Date.now() - began;
}
