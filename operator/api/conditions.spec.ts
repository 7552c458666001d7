import assert from 'node:assert/strict';
import { besideReady, conditions, reasons, summary } from './conditions.ts';
import { events } from './events.ts';
import { conditionOf } from '../components/condition.ts';
import { reference } from '../../tools/reference.ts';

describe('conditions, reasons and events', () => {
  const sentences: [string, string][] = [
    ...Object.entries(conditions),
    ...Object.entries(reasons),
    ...Object.entries(events).map(([name, { sentence }]): [string, string] => [name, sentence]),
  ];

  for (const [name, sentence] of sentences) {
    it(`${name} is one word in CamelCase with one sentence`, () => {
      // the pattern that Kubernetes asks of reasons, without its punctuation
      assert.match(name, /^[A-Z][A-Za-z]{1,62}$/);
      assert.match(sentence, /^[A-Za-z].*\.$/);
    });
  }

  it('Ready sums up every condition of a component, but for those that stand beside it', () => {
    assert.deepEqual([...summary, ...besideReady].sort(), Object.values(conditionOf).sort());
  });

  it('are all in the reference', () => {
    const page = reference();
    for (const [name] of sentences) assert.ok(page.includes(`| \`${name}\` |`), name);
  });
});
