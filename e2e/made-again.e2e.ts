import assert from 'node:assert/strict';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { applyAndWait, operator, takenUp, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';

/** Claims go when the last pod that uses them has ended: long after the site. */
describe('a site that is deleted and made again at once', function () {
  operator();
  const ns = namespace('story-again');
  const rounds = 5;
  let again: object;

  before(async () => {
    again = smallSite('again', await image('node-example-1'), {
      deletionPolicy: 'Delete',
      database: smallDatabase,
      files: { size: '20Mi' },
    });
    await applyAndWait(ns, again);
    await takenUp('again.example');
  });

  for (let round = 1; round <= rounds; round += 1) {
    it(`comes back, time ${round} of ${rounds}`, async () => {
      const claims = await uids();
      await kubectl(['delete', 'hostedsite', 'again', '-n', ns, '--wait']);
      await apply(ns, again);
      await wait(ns, 'again', 'Ready', 150);
      await eventually('nothing of the site before is left', 10, async () =>
        (await uids()).every((uid) => !claims.includes(uid)) ? true : undefined,
      );
      assert.equal((await uids()).length, claims.length);
    });
  }

  async function uids(): Promise<string[]> {
    const text = await kubectl(['get', 'pvc', '-n', ns, '-o', 'jsonpath={.items[*].metadata.uid}']);
    return text.split(' ').sort();
  }
});
