import assert from 'node:assert/strict';
import { casesOfCommands } from './invariants-cases-commands.ts';
import { casesOfData } from './invariants-cases-data.ts';
import { casesOfRecords } from './invariants-cases-records.ts';
import { casesOfOwnersAndStatus } from './invariants-cases.ts';
import { claimsStay } from './invariants-data.ts';
import { ownersAreRight } from './invariants-ownership.ts';
import { Story, given, places } from './invariants-story.ts';
import { invariants, violations } from './invariants.ts';

const cases = [...casesOfData, ...casesOfOwnersAndStatus, ...casesOfCommands, ...casesOfRecords];

describe('invariants', () => {
  for (const [invariant, what, verdict, story] of cases) {
    it(`${invariant.name}: ${what} is ${verdict}`, () => {
      const found = story(new Story()).faults(invariant);
      assert.equal(found.length > 0, verdict === 'wrong', JSON.stringify(found));
    });
  }

  it('are each shown to be broken and to be kept', () => {
    for (const invariant of invariants) {
      const verdicts = cases.filter(([one]) => one === invariant).map(([, , verdict]) => verdict);
      assert.deepEqual([...new Set(verdicts)].sort(), ['right', 'wrong'], invariant.name);
    }
  });

  it('judge by the order of versions, not of arrival', () => {
    const { events } = new Story()
      .is('PersistentVolumeClaim', 'c', {}, given)
      .site({ deletionPolicy: 'Delete' })
      .ends('HostedSite', 'shop')
      .ends('PersistentVolumeClaim', 'c');
    assert.deepEqual(violations([...events].reverse(), places, [claimsStay]), []);
  });

  it('name what is broken, once', () => {
    const story = new Story().site().is('Service', 'x').is('Service', 'x', { spec: 1 });
    assert.deepEqual(story.faults(ownersAreRight), [
      'an object belongs to the site that it is labelled with: Service/x belongs to nobody and would stay for ever',
    ]);
  });
});
