import assert from 'node:assert/strict';
import fc from 'fast-check';
import { equal, serverSideApply } from './memory-apply.ts';
import type { FieldSet, Fields } from './memory-apply.ts';

/** Applies one after the other and gives the last object. */
function applied(...steps: [manager: string, fields: Fields][]): { object: Fields; conflicts: readonly string[] } {
  const owners = new Map<string, FieldSet>();
  let object: Fields = {};
  let conflicts: readonly string[] = [];
  for (const [manager, fields] of steps) {
    const result = serverSideApply(object, fields, manager, owners);
    owners.set(manager, result.owned);
    ({ object, conflicts } = result);
  }
  return { object, conflicts };
}

const container = (more: Fields): Fields => ({ spec: { containers: [{ name: 'web', ...more }] } });

describe('serverSideApply', () => {
  const rows: { title: string; steps: [string, Fields][]; expected: Fields }[] = [
    {
      title: 'merges maps of two managers',
      steps: [
        ['a', { data: { one: 1 } }],
        ['b', { data: { two: 2 } }],
      ],
      expected: { data: { one: 1, two: 2 } },
    },
    {
      title: 'takes away what a manager no longer applies',
      steps: [
        ['a', { data: { one: 1, two: 2 }, more: { deep: { x: 1 } } }],
        ['a', { data: { two: 3 } }],
      ],
      expected: { data: { two: 3 } },
    },
    {
      title: 'leaves what another manager owns too',
      steps: [
        ['a', { data: { one: 1 } }],
        ['b', { data: { one: 1 } }],
        ['a', {}],
      ],
      expected: { data: { one: 1 } },
    },
    {
      title: 'merges lists by their key and keeps their order',
      steps: [
        ['a', { spec: { containers: [{ name: 'web', image: 'w:1' }, { name: 'cache', image: 'c:1' }] } }],
        ['b', { spec: { containers: [{ name: 'log', image: 'l:1' }] } }],
        ['a', { spec: { containers: [{ name: 'cache', image: 'c:2' }, { name: 'web', image: 'w:2' }] } }],
      ],
      expected: {
        spec: {
          containers: [
            { name: 'web', image: 'w:2' },
            { name: 'cache', image: 'c:2' },
            { name: 'log', image: 'l:1' },
          ],
        },
      },
    },
    {
      title: 'takes away items and fields of items',
      steps: [
        ['a', { spec: { containers: [{ name: 'web', image: 'w', tty: true }, { name: 'old', image: 'o' }] } }],
        ['a', container({ image: 'w' })],
      ],
      expected: container({ image: 'w' }),
    },
    {
      title: 'keeps an item that somebody else adds to',
      steps: [
        ['a', container({ image: 'w' })],
        ['b', container({ tty: true })],
        ['a', { spec: {} }],
      ],
      expected: container({ tty: true }),
    },
    {
      title: 'joins sets of values',
      steps: [
        ['a', { metadata: { finalizers: ['one'] } }],
        ['b', { metadata: { finalizers: ['two'] } }],
        ['a', { metadata: {} }],
      ],
      expected: { metadata: { finalizers: ['two'] } },
    },
    {
      title: 'replaces other lists whole',
      steps: [
        ['a', { spec: { hosts: ['x', 'y'] } }],
        ['a', { spec: { hosts: ['z'] } }],
      ],
      expected: { spec: { hosts: ['z'] } },
    },
    {
      title: 'takes undefined for absent',
      steps: [['a', { data: { one: 1, two: undefined } }]],
      expected: { data: { one: 1 } },
    },
  ];
  for (const { title, steps, expected } of rows) {
    it(title, () => assert.deepEqual(JSON.parse(JSON.stringify(applied(...steps).object)), expected));
  }

  it('finds conflicts: the same field with another value', () => {
    assert.deepEqual(applied(['a', { x: { y: 1 } }], ['b', { x: { y: 2 } }]).conflicts, ['["x","y"]']);
    assert.deepEqual(applied(['a', { x: { y: 1 } }], ['b', { x: { y: 1 } }]).conflicts, []);
  });

  it('changes neither what was there nor what is applied', () => {
    const live = { data: { one: 1 } };
    const more = { data: { two: { three: 3 } } };
    const { object } = serverSideApply(live, more, 'a', new Map());
    (object['data'] as { two: Fields }).two['three'] = 4;
    assert.deepEqual([live, more], [{ data: { one: 1 } }, { data: { two: { three: 3 } } }]);
  });

  const name = fc.constantFrom('a', 'b', 'containers', 'ports', 'finalizers', 'env');
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 3 }),
      fc.dictionary(name, tie('any'), { maxKeys: 3 }),
      fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 }),
      fc
        .uniqueArray(fc.record({ name: fc.constantFrom('p', 'q'), v: tie('any') }), { selector: (one) => one.name })
        .map((list) => list as unknown[]),
    ),
  })).any;
  const fields = fc.dictionary(name, value, { maxKeys: 3 }) as fc.Arbitrary<Fields>;

  it('comes out at what is applied when there is one manager, and stays there', () => {
    fc.assert(
      fc.property(fields, fields, (first, second) => {
        const once = applied(['a', second]).object;
        const twice = applied(['a', second], ['a', second]).object;
        assert.ok(equal(once, twice), 'applying again changes something');
        const { object } = applied(['a', first], ['a', second]);
        const again = applied(['a', first], ['a', second], ['a', second]).object;
        assert.ok(equal(object, again), 'applying again after a change changes something');
      }),
      { numRuns: 300 },
    );
  });
});
