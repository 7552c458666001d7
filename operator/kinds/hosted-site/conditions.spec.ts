import assert from 'node:assert/strict';
import { conditions } from './conditions.ts';
import { reasons, siteReasons } from './reasons.ts';
import { sharedReasons } from '../../components/reasons.ts';
import type { ConditionFacts } from '../../api/kind.ts';
import { events } from './events.ts';
import { components } from '../../components/index.ts';
import { reference } from '../../../tools/reference.ts';
import { hostedSite } from './index.ts';

describe('conditions, reasons and events', () => {
  const sentences: [string, string][] = [
    ...Object.entries(conditions).map(([name, { means }]): [string, string] => [name, means]),
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

  it('are those of every component', () => {
    const all = new Map<string, ConditionFacts>(Object.entries(conditions));
    for (const { condition } of components) assert.equal(all.get(condition.type), condition, condition.type);
  });

  it('of reasons each stands once', () => {
    const names = [siteReasons, sharedReasons, ...components.map((component) => component.reasons)].flatMap(
      Object.keys,
    );
    assert.deepEqual(names.sort(), Object.keys(reasons).sort());
  });

  it('are all in the reference', () => {
    const page = reference(hostedSite);
    for (const [name] of sentences) assert.ok(page.includes(`| \`${name}\` |`), name);
  });
});
