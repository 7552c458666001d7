import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Revision } from '../components/component.ts';
import { components } from '../components/index.ts';
import type { Observed } from './observed.ts';
import { outcomeAnnotation, succeededBeforeAnnotation } from './labels.ts';
import { hasSucceeded, remembering } from './succeeded.ts';
import { revision, rolledOut } from './test-judgement.ts';
import { runs } from './test-pending.ts';
import { World, hostedSite, sight } from './test-world.ts';

const image = (tag: number): string => `registry.example.org/shop:${tag}`;

function told(tag: number, outcome: 'Succeeded' | 'Progressing' | 'RolledBack'): HostedSiteStatus {
  return { release: { desired: { image: `image:${tag}`, revision: `shop-web-${tag}` }, outcome } };
}

const byNumber = (a: Revision, b: Revision): number => a.number - b.number;

interface Facts {
  status?: HostedSiteStatus;
  owned?: Observed['owned'];
}

function seenWith(
  revisions: Revision[],
  { status = told(9, 'Progressing'), owned = [] }: Facts = {},
): Observed {
  const site = hostedSite({}, { status });
  return { ...sight(owned, site), revisions };
}

describe('a release has succeeded', () => {
  const [first, second] = [revision(1), revision(2)];
  const listing = { ...second, succeededBefore: ['shop-web-1'] };
  const made: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: 'shop-web-1', creationTimestamp: '2030-01-01T12:00:00Z' },
  };
  const rows: { title: string; one?: Revision; others?: Revision[]; facts?: Facts; is: boolean }[] = [
    { title: 'nothing is known of it', is: false },
    { title: 'it is the only one, and no status tells of any', facts: { status: {} }, is: false },
    { title: 'its own revision says so', one: { ...first, outcome: 'Succeeded' }, is: true },
    { title: 'a later one lists it', others: [listing], is: true },
    { title: 'a later one lists another', one: { ...first, name: 'other' }, others: [listing], is: false },
    { title: 'it was asked for again since', one: { ...first, number: 3 }, others: [listing], is: false },
    { title: 'it failed since', one: { ...first, outcome: 'Failed' }, others: [listing], is: false },
    { title: 'the status says so', facts: { status: told(1, 'Succeeded') }, is: true },
    { title: 'the status says so of another', facts: { status: told(2, 'Succeeded') }, is: false },
    { title: 'the status says that it is on its way', facts: { status: told(1, 'Progressing') }, is: false },
    { title: 'it was taken back', facts: { status: told(1, 'RolledBack') }, is: false },
    {
      title: 'it is the latest, and no status tells of any',
      others: [{ ...second, number: 0 }],
      facts: { status: {} },
      is: true,
    },
    {
      title: 'it is not the latest, and no status tells of any',
      others: [second],
      facts: { status: {} },
      is: false,
    },
    {
      title: 'it is the latest, no status tells of any, and it was made since the site is there',
      others: [{ ...second, number: 0 }],
      facts: { status: {}, owned: [made] },
      is: false,
    },
    {
      title: 'it is the latest, and the status tells of it',
      others: [{ ...second, number: 0 }],
      facts: { status: told(1, 'Progressing') },
      is: false,
    },
    { title: 'it serves now', facts: { owned: [rolledOut(1)] }, is: true },
    { title: 'it does not serve everywhere', facts: { owned: [rolledOut(1, 0)] }, is: false },
  ];
  for (const { title, one = first, others = [], facts, is } of rows) {
    it(`${is ? 'yes' : 'no'}: ${title}`, () =>
      assert.equal(hasSucceeded(one, seenWith([...others, one].sort(byNumber), facts)), is));
  }
});

describe('a revision lists those that succeeded before it', () => {
  const [first, second, third] = [revision(1), revision(2), revision(3)];

  it('by what is known when it begins, those that a former one lists too', () => {
    const listing = { ...second, succeededBefore: ['shop-web-1'] };
    const seen = seenWith([first, listing], { status: told(2, 'Succeeded') });
    assert.deepEqual(remembering(third, listing, seen).succeededBefore, ['shop-web-2', 'shop-web-1']);
  });

  it('but not those that say it themselves', () => {
    const seen = seenWith([{ ...first, outcome: 'Succeeded' }]);
    assert.equal(remembering(second, undefined, seen).succeededBefore, undefined);
  });

  it('and the one to go back to, of which nothing else is known', () => {
    assert.deepEqual(remembering(second, first, seenWith([first, second])).succeededBefore, ['shop-web-1']);
  });

  it('and stays the very same while it lists all of them', () => {
    const listing = { ...second, succeededBefore: ['gone', 'shop-web-1'] };
    assert.equal(remembering(listing, first, seenWith([first, listing])), listing);
  });

  it('and forgets those that are asked for anew, when it is asked for again', () => {
    const listing = { ...first, number: 1, succeededBefore: ['shop-web-2'] };
    const again = { ...listing, number: 3 };
    assert.equal(remembering(again, undefined, seenWith([listing, second])).succeededBefore, undefined);
  });
});

async function inForce(): Promise<World> {
  const world = new World({}, components);
  await world.bringUp();
  return world;
}

async function ask(world: World, tag: number): Promise<void> {
  world.change({ image: image(tag) });
  await world.settle();
}

function annotations({ cluster }: World, name: string): (string | undefined)[] {
  return cluster.list('ControllerRevision').map(({ metadata }) => metadata.annotations?.[name]);
}

function late(world: World): void {
  world.missDeadline();
  world.now = new Date(world.now.getTime() + 3_600_000);
}

describe('that a release succeeded', () => {
  it('is written by no pass of its own, and by the one that begins the next', async () => {
    const world = await inForce();
    const [first] = world.names('ControllerRevision');
    await ask(world, 2);
    assert.deepEqual(annotations(world, outcomeAnnotation), [undefined, undefined]);
    assert.deepEqual(
      annotations(world, succeededBeforeAnnotation).filter((names) => names !== undefined),
      [first],
    );
  });

  it('is known when pods of a bad one have taken the place of all of its own', async () => {
    const world = await inForce();
    await ask(world, 2);
    for (const { metadata } of world.cluster.list('Pod'))
      world.cluster.remove('Pod', metadata.namespace, metadata.name);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });

  it('is known of the next one that begins before the status has told it', async () => {
    const world = await inForce();
    await ask(world, 2);
    world.runControllers();
    await ask(world, 3);
    assert.equal(world.status.release?.running?.image, image(2));
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is known of one that was gone back to, and asked for again then', async () => {
    const world = await inForce();
    await ask(world, 2);
    late(world);
    await world.settle();
    await ask(world, 1);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
    await ask(world, 3);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });

  it('keeps it from being given up, whatever its pods meet later', async () => {
    const world = await inForce();
    await ask(world, 2);
    await world.bringUp();
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is seen again when the status is lost', async () => {
    const world = await inForce();
    await ask(world, 2);
    await world.bringUp();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => {
      delete site['status'];
      site.metadata.creationTimestamp = '2029-12-31T00:00:00Z';
    });
    await ask(world, 3);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is taken to be so of the latest when the status is lost with more, and is written on it', async () => {
    const world = await inForce();
    await ask(world, 2);
    await world.bringUp();
    world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
    late(world);
    await world.settle();
    world.now = new Date(world.now.getTime() + 3_600_000);
    await world.settle();
    assert.equal(runs(world), image(2));
    assert.ok(annotations(world, outcomeAnnotation).includes('Succeeded'));
  });

  for (const { title, held, freed } of [
    {
      title: 'suspended',
      held: (world: World) => world.change({ suspend: true }),
      freed: (world: World) => world.change({ suspend: false }),
    },
    {
      title: 'refused',
      held: (world: World) => world.change({ route: { ingressClassName: 'none' } }),
      freed: (world: World) => world.change({ route: {} }),
    },
    {
      title: 'cut off',
      held: ({ cluster }: World) =>
        cluster.fail({ verb: 'apply', kind: 'ControllerRevision', answer: new Error('not now'), times: 1 }),
      freed: () => undefined,
    },
  ]) {
    it(`is taken to be so of the latest of a site without a status that is ${title} at first`, async () => {
      const world = await inForce();
      await ask(world, 2);
      await world.bringUp();
      world.cluster.edit('HostedSite', 'customer-a', 'shop', (site) => delete site['status']);
      late(world);
      held(world);
      await world.pass().catch(() => undefined);
      assert.equal(world.status.release, undefined);
      freed(world);
      await world.settle();
      world.now = new Date(world.now.getTime() + 3_600_000);
      await world.settle();
      assert.equal(runs(world), image(2));
      assert.ok(annotations(world, outcomeAnnotation).includes('Succeeded'));
    });
  }

  it('is not forgotten when the next one could not be stored', async () => {
    const world = await inForce();
    await ask(world, 2);
    await world.bringUp();
    world.cluster.fail({ verb: 'apply', kind: 'ControllerRevision', answer: new Error('not now'), times: 1 });
    world.change({ image: image(3) });
    await assert.rejects(world.pass());
    assert.equal(world.status.release?.desired?.image, image(2));
    // One of its pods is away when it is tried again.
    world.cluster.edit('Deployment', 'customer-a', 'shop-web', ({ status }) => {
      Object.assign(status as object, { availableReplicas: 0, readyReplicas: 0 });
    });
    await world.settle();
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('is not said of one that was never started', async () => {
    const world = new World({ replicas: 0 }, components);
    await world.bringUp();
    assert.equal(world.status.release?.outcome, 'Progressing');
    world.change({ image: image(2), replicas: 1 });
    await world.settle();
    late(world);
    await world.settle();
    assert.equal(runs(world), image(2));
  });

  it('stays as an operator of before has written it', async () => {
    const world = await inForce();
    for (const name of world.names('ControllerRevision')) {
      world.cluster.edit('ControllerRevision', 'customer-a', name, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [outcomeAnnotation]: 'Succeeded' };
      });
    }
    await ask(world, 2);
    assert.deepEqual(annotations(world, succeededBeforeAnnotation), [undefined, undefined]);
    late(world);
    await world.settle();
    assert.equal(runs(world), image(1));
  });
});
