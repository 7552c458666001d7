import fc from 'fast-check';
import type { Report } from '../../components/component.ts';
import { components } from '../../components/index.ts';
import type { HostedSite, HostedSiteSpec, HostedSiteStatus } from '../../kinds/hosted-site/hosted-site.ts';
import { judged, pulling, ready, rolledOut } from '../judgement.ts';
import { Life } from '../model-life.ts';
import { happenings } from '../model.ts';
import { World, hostedSite } from '../world.ts';
import { seenOf } from './state.ts';
import type { State } from './state.ts';
import type { Seen } from './kstatus.ts';

type Row = readonly [name: string, spec: Partial<HostedSiteSpec>, happens: (world: World) => unknown];

const wordpress = { preset: 'WordPress', database: { engine: 'MariaDB' } } as const;
const anotherImage = { image: 'registry.example.org/shop:2' };

/** From a site that serves, by what somebody changes and what Kubernetes makes of it. */
const rows: readonly Row[] = [
  ['progressing_not_seen', {}, () => undefined],
  ['progressing_first_start', {}, (world) => world.settle()],
  ['progressing_installing', wordpress, bringUpDatabase],
  ['progressing_pass_cut_off', {}, cutOff],
  ['healthy_serving', {}, bringUp],
  ['healthy_pod_drained', { replicas: 2 }, (world) => served(world, () => lose(world, 1))],
  ['healthy_scaled_to_zero', { replicas: 0 }, bringUp],
  ['healthy_maintenance', { route: { maintenance: { enabled: true } } }, bringUp],
  ['progressing_new_spec', {}, (world) => served(world, () => world.change(anotherImage), false)],
  ['progressing_rolling_out', {}, (world) => changed(world, anotherImage)],
  ['progressing_unavailable', {}, (world) => served(world, () => lose(world, 0))],
  ['degraded_image_cannot_be_pulled', {}, failing],
  ['degraded_name_taken', {}, nameTaken],
  ['suspended_serving', {}, (world) => changed(world, { suspend: true })],
  ['suspended_changes_wait', {}, (world) => changed(world, { suspend: true, ...anotherImage })],
  ['progressing_suspended_and_unavailable', {}, suspendedAndLost],
  ['degraded_suspended_and_failing', {}, suspendedAndFailing],
  ['progressing_deleted', {}, (world) => served(world, () => remove(world))],
];

/** The states of a HostedSite that people meet, each as the operator comes to it in memory. */
export async function siteStates(): Promise<State[]> {
  const states: State[] = [];
  for (const [name, spec, happens] of rows) {
    const world = new World(spec, components);
    await happens(world);
    states.push({ name, seen: seenOf(world.site) });
  }
  return states;
}

/** Of sites to which anything happens, after each step; and of whatever a pass may have found. */
export async function sweptSites(lives = 40): Promise<Seen[]> {
  const found: Seen[] = foundByPasses();
  for (const story of fc.sample(happenings, { numRuns: lives, seed: 1 })) {
    const life = new Life();
    for (const happening of story) {
      await life.happen(happening);
      found.push(seenOf(life.world.site));
    }
  }
  return found;
}

const starting: Report = { ready: { status: 'Unknown', reason: 'Starting', message: 'It starts.' } };
const refusal = { reason: 'NameTaken', message: 'The Service is taken.' } as const;
const unavailable: Facts = { owned: [rolledOut(1, 0)] };

type Facts = Parameters<typeof judged>[0];

/** Every combination of what the conditions are made of. */
function foundByPasses(): Seen[] {
  const before = [undefined, judged({}), judged({ before: judged({}), ...unavailable })];
  const axes: readonly (readonly Facts[])[] = [
    before.map((status) => (status === undefined ? {} : { before: status })),
    [{ generation: 1 }, { generation: 2 }],
    [{}, unavailable],
    [ready, starting, pulling].map((report) => ({ reports: [['web', report]] })),
    [{ suspend: false }, { suspend: true }],
    [true, false].flatMap((asDesired) => [
      { change: { asDesired } },
      { change: { asDesired, refusals: [refusal] } },
      { change: { asDesired, failure: 'The last pass was cut off.' } },
    ]),
  ];
  const all = axes.reduce<readonly Facts[]>(
    (sum, axis) => sum.flatMap((facts) => axis.map((more) => ({ ...facts, ...more }))),
    [{}],
  );
  return all.map((facts) => siteOf(judged(facts), facts));
}

function siteOf(status: HostedSiteStatus, { generation = 1, suspend = false }: Facts): Seen {
  const site = hostedSite({ suspend }, { status });
  return seenOf({ ...site, metadata: { ...site.metadata, generation } });
}

async function bringUp(world: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) await world.bringUp();
}

async function bringUpDatabase(world: World): Promise<void> {
  await world.settle();
  world.runControllers();
  await world.settle();
}

async function served(world: World, happens: () => void, isSeen = true): Promise<void> {
  await bringUp(world);
  happens();
  if (isSeen) await world.settle();
}

function changed(world: World, spec: Partial<HostedSiteSpec>): Promise<void> {
  return served(world, () => world.change(spec));
}

async function failing(world: World): Promise<void> {
  await changed(world, anotherImage);
  world.failNewPod('ImagePullBackOff');
  await world.settle();
}

async function suspendedAndFailing(world: World): Promise<void> {
  await failing(world);
  world.change({ suspend: true });
  await world.settle();
}

async function suspendedAndLost(world: World): Promise<void> {
  await changed(world, { suspend: true });
  lose(world, 0);
  await world.settle();
}

async function nameTaken(world: World): Promise<void> {
  const metadata = { name: 'shop-web', namespace: 'customer-a' };
  world.cluster.seed({ apiVersion: 'v1', kind: 'Service', metadata });
  await world.settle();
}

async function cutOff(world: World): Promise<void> {
  world.cluster.fail({ verb: 'apply', kind: 'Service', times: 1, answer: new Error('no answer') });
  await world.pass().catch(() => undefined);
}

/** So many pods of the site are available still. */
function lose({ cluster }: World, left: number): void {
  cluster.edit('Deployment', 'customer-a', 'shop-web', (deployment) => {
    deployment['status'] = { ...(deployment['status'] as object), availableReplicas: left };
  });
}

/** By a foreground deletion: the site is there until its objects are gone. */
function remove({ cluster }: World): void {
  cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
    const { metadata } = site as HostedSite;
    metadata.deletionTimestamp = '2030-01-01T13:00:00Z';
    metadata.finalizers = ['foregroundDeletion'];
  });
}
