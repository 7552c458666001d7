import assert from 'node:assert/strict';
import { TaskWorld, releasePod } from '../../testing/task-world.ts';
import { act as write } from './act.ts';

const recorded = 'hostedsite.dev/command';

const requests: ReadonlySet<string> = new Set([
  'applyStatus',
  'create',
  'delete',
  'merge',
  'metadata',
  'read',
  'labelled',
]);

/** The n-th request does not happen, or happens and its answer is lost. Returns what it was, if it came to it. */
function cutOffAt(world: TaskWorld, n: number, afterCommit: boolean): () => string | undefined {
  let [count, victim]: [number, string | undefined] = [0, undefined];
  world.reached = new Proxy(world.cluster, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!requests.has(String(name))) return member.bind(target) as unknown;
      return async (...input: unknown[]): Promise<unknown> => {
        count += 1;
        const isCutOff = count === n;
        if (isCutOff) victim = `${String(name)} ${JSON.stringify(input).slice(0, 100)}`;
        const isSent = !isCutOff || afterCommit;
        const answer: unknown = isSent ? await (member.apply(target, input) as Promise<unknown>) : undefined;
        if (isCutOff) throw new Error('cut off');
        return answer;
      };
    },
  });
  return () => victim;
}

describe('a pass over a task that is cut off at any request', () => {
  const stories: [title: string, act: (world: TaskWorld) => Promise<void>, end: string, opened: number][] = [
    ['success', (world) => world.live(0), 'Succeeded/Succeeded', 1],
    ['failure', (world) => world.live(3), 'Failed/Failed', 1],
    [
      'refusal',
      async (world) => {
        await world.settle();
        world.suspend(true);
        await world.live(0);
      },
      'Failed/SiteHeld',
      0,
    ],
    [
      'yielding',
      async (world) => {
        await world.settle();
        world.cluster.seed(releasePod('shop-release-x'));
        await world.settle();
        world.collectGarbage();
        world.cluster.seed(releasePod('shop-release-x', { phase: 'Failed' }));
        await world.live(0);
      },
      'Succeeded/Succeeded',
      1,
    ],
  ];
  for (const [title, act, end, opened] of stories) {
    for (const afterCommit of [false, true]) {
      it(`ends as without: ${title}, the ${afterCommit ? 'answer' : 'request'} lost`, async () => {
        for (let n = 1; ; n += 1) {
          const world = new TaskWorld();
          const victim = cutOffAt(world, n, afterCommit);
          await act(world);
          assert.deepEqual([world.reported, world.opened.length], [end, opened], victim());
          if (victim() === undefined) {
            assert.ok(n > 5);
            return;
          }
        }
      });
    }
  }

  it('and is of no use to whoever decided by what was there before', async () => {
    const world = new TaskWorld();
    await world.settle();
    world.runJobs();
    // A leader that was paused just before it records: its own view is of then.
    const before = { task: world.task, pods: world.pods };
    world.suspend(true);
    await world.settle();
    assert.equal(world.reported, 'Failed/SiteHeld');
    await assert.rejects(
      write({ is: 'record', pod: before.pods[0]! }, before.task, world.cluster),
      /Conflict/,
    );
    assert.equal(world.task.metadata.annotations?.[recorded], undefined);
  });
});
