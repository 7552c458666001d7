import assert from 'node:assert/strict';
import type { HostedSiteStatus } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Revision } from '../components/component.ts';
import type { Observed } from './observed.ts';
import { hasSucceeded, remembering } from './succeeded.ts';
import { revision, rolledOut } from '../testing/judgement.ts';
import { hostedSite, sight } from '../testing/world.ts';

function reported(tag: number, outcome: 'Succeeded' | 'Progressing' | 'RolledBack'): HostedSiteStatus {
  return { release: { desired: { image: `image:${tag}`, revision: `shop-web-${tag}` }, outcome } };
}

const byNumber = (a: Revision, b: Revision): number => a.number - b.number;

interface Facts {
  status?: HostedSiteStatus;
  owned?: Observed['owned'];
}

function seenWith(
  revisions: Revision[],
  { status = reported(9, 'Progressing'), owned = [] }: Facts = {},
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
    { title: 'the status says so', facts: { status: reported(1, 'Succeeded') }, is: true },
    { title: 'the status says so of another', facts: { status: reported(2, 'Succeeded') }, is: false },
    {
      title: 'the status says that it is on its way',
      facts: { status: reported(1, 'Progressing') },
      is: false,
    },
    { title: 'it was taken back', facts: { status: reported(1, 'RolledBack') }, is: false },
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
      facts: { status: reported(1, 'Progressing') },
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
    const seen = seenWith([first, listing], { status: reported(2, 'Succeeded') });
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
