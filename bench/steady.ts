import { setTimeout as pause } from 'node:timers/promises';
import { allWrites, difference } from './api-requests.ts';
import type { Requests } from './api-requests.ts';
import type { KubernetesObject } from './children.ts';
import { siteName } from './bench-cluster.ts';
import { idleReads, writesPerEdit } from './report.ts';
import { sum } from './samples.ts';
import { imageOf } from './sightings.ts';
import type { Place } from './sightings.ts';
import { times } from './stage.ts';
import type { Figures, Stage } from './stage.ts';

const mega = 2 ** 20;

/** Nothing happens: what does the operator do all the same? */
export async function idle(stage: Stage): Promise<Figures> {
  const { cluster, operator, settings } = stage;
  const before = {
    requests: await cluster.requests(),
    processor: stage.processor(),
    facts: operator.facts(),
  };
  const reads = await readsOf(operator);
  await pause(settings.idleSeconds * 1000);
  const after = operator.facts();
  const processor = stage.processor();
  const done = difference(await cluster.requests(), before.requests);
  const afterwards = await readsOf(operator);
  return {
    'idle, writes': allWrites(done) + done.dryRuns,
    [idleReads.gets]: afterwards.all - reads.all,
    [idleReads.watches]: afterwards.watches - reads.watches,
    'idle, GETs and LISTs of all, the API server itself among them': done.gets + done.lists,
    'idle, % of a core': ((processor.operator - before.processor.operator) * 100) / settings.idleSeconds,
    'idle, open files and sockets more': after.openFiles - before.facts.openFiles,
    'idle, MB more': (after.resident - before.facts.resident) / mega,
  };
}

/** So far, as the subject counts them. Watches begin with a GET; the peer does not count how often they begin again. */
async function readsOf(operator: Stage['operator']): Promise<{ all: number; watches: number }> {
  const told = await operator.metrics();
  return {
    all: sum(told, 'rest_client_requests_total', isGet),
    watches: sum(told, 'hostedsite_watch_restarts_total'),
  };
}

function isGet(labels: Readonly<Record<string, string>>): boolean {
  return labels['method'] === 'GET';
}

/** Edits at a steady rate, whatever becomes of the earlier ones: until the Deployment runs what the site asks for. */
export async function churn(stage: Stage): Promise<Figures> {
  let figures: Figures = {};
  for (const rate of stage.settings.churnRates) {
    const before = { requests: await stage.cluster.requests(), processor: stage.processor() };
    const milliseconds = await edits(stage, rate);
    const used = stage.processor().operator - before.processor.operator;
    await stage.operator.drained(0);
    const server = stage.processor().server - before.processor.server;
    const done = difference(await stage.cluster.requests(), before.requests);
    figures = {
      ...figures,
      ...times(`churn ${rate}/s, ms from edit to Deployment`, milliseconds),
      [`churn ${rate}/s, ${writesPerEdit}`]: allWrites(done) / milliseconds.length,
      [`churn ${rate}/s, reads per edit`]: (done.gets + done.lists) / milliseconds.length,
      [`churn ${rate}/s, operator CPU ms per edit`]: (used * 1000) / milliseconds.length,
      [`churn ${rate}/s, API server and etcd CPU ms per edit`]: (server * 1000) / milliseconds.length,
      ...byKind(`churn ${rate}/s, of these`, done, milliseconds.length),
    };
  }
  return figures;
}

function byKind(title: string, { writes }: Requests, edits: number): Figures {
  return Object.fromEntries([...writes].map(([plural, count]) => [`${title}, ${plural}`, count / edits]));
}

/** Each site in turn gets an image that no site had before. */
async function edits(stage: Stage, rate: number): Promise<number[]> {
  const { churnSeconds, sites } = stage.settings;
  const count = Math.round(rate * churnSeconds);
  const startedAt = performance.now();
  const done = Array.from({ length: count }, async (_, index) => {
    await pause(Math.max(0, startedAt + (index * 1000) / rate - performance.now()));
    return edited(stage, siteName(index % sites));
  });
  return Promise.all(done);
}

const repository = 'registry.example.org/shop';
let editions = 0;

/** Milliseconds from sending a change of the site's image until the Deployment is seen with it, or with a later one. */
export async function edited({ cluster, sightings }: Stage, site: Place): Promise<number> {
  const edition = (editions += 1);
  const applied = sightings.until(
    'Deployment',
    webOf(site),
    (object) => editionOf(imageOf(object)) >= edition,
  );
  const sentAt = performance.now();
  const image = `${repository}:edition-${edition}`;
  await cluster.api.patch({ kind: 'HostedSite', metadata: { ...site } }, { spec: { image } });
  return (await applied) - sentAt;
}

function editionOf(image: string): number {
  return Number(/:edition-(\d+)$/.exec(image)?.[1] ?? 0);
}

/** Somebody deletes a child, or changes it, once a second. */
export async function drift(stage: Stage): Promise<Figures> {
  const [deleted, changed]: [number[], number[]] = [[], []];
  for (let index = 0; index < stage.settings.drifts; index += 1) {
    const site = webOf(siteName((index * 7) % stage.settings.sites));
    const next = pause(1000);
    if (index % 2 === 0) deleted.push(await repairedAfterDeletion(stage, site));
    else changed.push(await repairedAfterChange(stage, site));
    await next;
  }
  return {
    ...times('drift, ms until a deleted Service is back', deleted),
    ...times('drift, ms until a changed Deployment is as it was', changed),
  };
}

async function repairedAfterDeletion({ cluster, sightings }: Stage, service: Place): Promise<number> {
  const uid = sightings.get('Service', service.namespace, service.name)?.metadata['uid'];
  const back = sightings.until('Service', service, ({ metadata }) => metadata['uid'] !== uid);
  const sentAt = performance.now();
  await cluster.api.remove('Service', service.namespace, service.name);
  return (await back) - sentAt;
}

async function repairedAfterChange({ cluster, sightings }: Stage, deployment: Place): Promise<number> {
  const wanted = sightings.get('Deployment', deployment.namespace, deployment.name);
  const replicas = replicasOf(wanted);
  const changed = sightings.until('Deployment', deployment, (one) => replicasOf(one) !== replicas);
  const sentAt = performance.now();
  await cluster.api.patch({ kind: 'Deployment', metadata: { ...deployment } }, { spec: { replicas: 7 } });
  await changed;
  return (await sightings.until('Deployment', deployment, (one) => replicasOf(one) === replicas)) - sentAt;
}

function replicasOf(deployment: KubernetesObject | undefined): unknown {
  return (deployment?.['spec'] as { replicas?: number } | undefined)?.replicas;
}

function webOf({ namespace, name }: Place): Place {
  return { namespace, name: `${name}-web` };
}
