import assert from 'node:assert/strict';
import type { Write } from '../testing/memory/memory-cluster.ts';
import { Commanded } from '../testing/commanded.ts';

/** What happens to a release, and how many commands have then begun in all. */
interface Story {
  title: string;
  spec?: ConstructorParameters<typeof Commanded>[0];
  act: (shop: Commanded) => void;
  begun: number;
  runs: string | undefined;
}

const stories: Story[] = [
  { title: 'a first release', act: () => undefined, begun: 1, runs: '1' },
  { title: 'the next release', act: (shop) => shop.release(2), begun: 2, runs: '2' },
  {
    title: 'a release whose command fails',
    act: (shop) => shop.release(2, { release: { command: ['exit', '1'] } }),
    begun: 2,
    runs: '1',
  },
  {
    title: 'a release whose command comes after it',
    spec: { release: { command: ['migrate'], order: 'After' } },
    act: (shop) => shop.release(2),
    begun: 2,
    runs: '2',
  },
  {
    title: 'a release that is suspended',
    act: (shop) => shop.release(2, { suspend: true }),
    begun: 1,
    runs: '1',
  },
  {
    title: 'a restart',
    act: (shop) => shop.annotate('hostedsite.dev/restartedAt', '1'),
    begun: 1,
    runs: '1',
  },
];

async function before({ title, spec }: Story): Promise<Commanded> {
  const shop = new Commanded(spec);
  if (title !== 'a first release') await shop.rest();
  return shop;
}

/** The writes of a story that nothing goes wrong with. */
async function undisturbed(story: Story): Promise<Write[]> {
  const shop = await before(story);
  story.act(shop);
  const known = shop.world.cluster.writes.length;
  await shop.rest();
  return shop.world.cluster.writes.slice(known);
}

async function endsAsUndisturbed(story: Story, shop: Commanded): Promise<void> {
  await shop.rest();
  assert.equal(shop.begun, story.begun, 'commands that have begun');
  assert.equal(shop.runs, story.runs);
  for (const [revision, uids] of shop.opened) assert.equal(uids.size, 1, revision);
}

const answer = { code: 500, reason: 'InternalError' } as const;

describe('a write of a release with a command that goes wrong', () => {
  for (const story of stories)
    for (const afterCommit of [false, true])
      it(`changes nothing of how ${story.title} ends: each ${afterCommit ? 'answer lost' : 'one refused once'}`, async () => {
        const writes = await undisturbed(story);
        for (let index = 0; index < writes.length; index += 1) {
          const { verb, kind, name } = writes[index] as Write;
          if (kind === 'HostedSite') continue;
          const earlier = writes.slice(0, index).filter((one) => isSame(one, { verb, kind, name })).length;
          const shop = await before(story);
          story.act(shop);
          // The same write comes several times: the one that is meant goes wrong.
          for (let count = 0; count < earlier; count += 1) await untilWritten(shop, { verb, kind, name });
          shop.world.cluster.fail({ verb, kind, name, answer, afterCommit });
          await endsAsUndisturbed(story, shop);
        }
      }).timeout(60_000);
});

type Named = Pick<Write, 'verb' | 'kind' | 'name'>;

function isSame(one: Named, other: Named): boolean {
  return one.verb === other.verb && one.kind === other.kind && one.name === other.name;
}

async function untilWritten(shop: Commanded, expected: Named): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    const known = shop.world.cluster.writes.length;
    await shop.pass();
    if (shop.world.cluster.writes.slice(known).some((one) => isSame(one, expected))) return;
    await shop.jobs.step();
    shop.world.runControllers();
  }
}
