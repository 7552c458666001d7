import assert from 'node:assert/strict';
import type { ConditionType } from '../kinds/hosted-site/conditions.ts';
import type { EventReason } from '../kinds/hosted-site/events.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { World } from './world.ts';

/** The world before, and what one pass makes of it. Revisions are named by the hash of their content: `*` here. */
export interface Row {
  title: string;
  spec?: Partial<HostedSiteSpec>;
  /** Brought up and in force before; else the site is seen for the first time. */
  running?: boolean;
  before?: (world: World) => void | Promise<void>;
  applied?: string[];
  created?: string[];
  removed?: string[];
  status?: Partial<Record<ConditionType, string | undefined>>;
  events?: EventReason[];
  outcome: string;
}

export const image = (tag: string): string => `registry.example.org/shop:${tag}`;
export const withDatabase = { database: { engine: 'MariaDB' } } as const;
export const webParts: string[] = [
  'ConfigMap/shop-cache-*',
  'ControllerRevision/shop-web-*',
  'Deployment/shop-web',
  'Service/shop-web',
];

/** Each row as two tests: what the pass does, and that it comes to rest. */
export function describeRows(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const row of rows) {
      it(row.title, () => doesAsWritten(row));
      it(`${row.title}, and the second pass writes nothing`, () => comesToRest(row));
    }
  });
}

async function prepared({ spec, running, before }: Row): Promise<World> {
  const world = new World(spec);
  if (running === true) await world.bringUp();
  await before?.(world);
  return world;
}

async function doesAsWritten(row: Row): Promise<void> {
  const { applied = [], created = [], removed = [], status = {}, events = [] } = row;
  const world = await prepared(row);
  world.cluster.forgetRecords();
  const outcome = await outcomeOf(world);
  const { cluster, site } = world;
  assert.deepEqual(
    cluster.applied.map(({ kind, metadata }) => masked(kind, metadata.name)),
    applied,
    'applied',
  );
  assert.deepEqual(creations(world), created, 'created');
  assert.deepEqual(
    cluster.deleted.map(({ kind, name }) => masked(kind, name)),
    removed,
    'removed',
  );
  for (const [type, expected] of Object.entries(status)) assert.equal(world.condition(type), expected, type);
  assert.deepEqual(
    cluster.events.map(({ reason }) => reason),
    events,
    'events',
  );
  assert.equal(outcome, row.outcome);
  const generations = new Set(world.status.conditions?.map(({ observedGeneration }) => observedGeneration));
  assert.deepEqual([...generations], [site.metadata.generation]);
}

function outcomeOf(world: World): Promise<string> {
  return world.pass().then(
    ({ kind }) => kind,
    (error: unknown) => `thrown: ${String(error)}`,
  );
}

async function comesToRest(row: Row): Promise<void> {
  const world = await prepared(row);
  await world.settle();
  world.now = new Date('2030-01-02T00:00:00Z');
  world.cluster.forgetRecords();
  await world.pass();
  const writes = world.cluster.writes.filter(({ kind }) => kind !== 'Secret');
  assert.deepEqual(
    writes.map(({ verb, kind, name }) => `${verb} ${kind}/${name}`),
    [],
  );
  assert.deepEqual(world.cluster.events, []);
}

function creations({ cluster }: World): string[] {
  return cluster.writes
    .filter(({ verb }) => verb === 'create')
    .map(({ kind, name, options }) => {
      const isDry = 'dryRun' in options && options.dryRun;
      return `${masked(kind, name)}${isDry ? ' (dry run)' : ''}`;
    });
}

function masked(kind: string, name: string): string {
  return `${kind}/${name.replace(/-[0-9a-f]{10,64}$/, '-*')}`;
}
