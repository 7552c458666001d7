import assert from 'node:assert/strict';
import fc from 'fast-check';
import { equal, serverSideApply } from './memory-apply.ts';
import type { FieldSet, Fields } from './memory-apply.ts';

/** Applies one after the other and gives the last object. */
function applied(...steps: [manager: string, fields: Fields][]): {
  object: Fields;
  conflicts: readonly string[];
} {
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

const values = fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 });

/** Items keep their first order; which one that is does not matter here. */
function inAnyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(inAnyOrder(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, inAnyOrder(one)]),
  );
}

function items(content: fc.Arbitrary<Fields>): fc.Arbitrary<Fields[]> {
  const item = fc.tuple(fc.constantFrom('p', 'q'), content).map(([name, rest]) => ({ ...rest, name }));
  return fc.uniqueArray(item, { selector: (one) => one.name, maxLength: 2 });
}

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
        [
          'a',
          {
            spec: {
              containers: [
                { name: 'web', image: 'w:1' },
                { name: 'cache', image: 'c:1' },
              ],
            },
          },
        ],
        ['b', { spec: { containers: [{ name: 'log', image: 'l:1' }] } }],
        [
          'a',
          {
            spec: {
              containers: [
                { name: 'cache', image: 'c:2' },
                { name: 'web', image: 'w:2' },
              ],
            },
          },
        ],
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
        [
          'a',
          {
            spec: {
              containers: [
                { name: 'web', image: 'w', tty: true },
                { name: 'old', image: 'o' },
              ],
            },
          },
        ],
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
      title: 'keeps a map that was empty when something comes into it',
      steps: [
        ['a', { volume: { emptyDir: {} } }],
        ['a', { volume: { emptyDir: { sizeLimit: '1Gi' } } }],
      ],
      expected: { volume: { emptyDir: { sizeLimit: '1Gi' } } },
    },
    {
      title: 'keeps an empty list that is applied',
      steps: [
        ['a', { spec: { env: [{ name: 'x' }] } }],
        ['a', { spec: { env: [] } }],
      ],
      expected: { spec: { env: [] } },
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

  // A field has one type, as in a schema.
  const { object: fields } = fc.letrec<{ object: Fields; item: Fields }>((tie) => ({
    object: fc.oneof(
      { maxDepth: 4 },
      fc.record({ number: fc.integer({ min: 0, max: 3 }), finalizers: values }, { requiredKeys: [] }),
      fc.record(
        { map: tie('object'), more: tie('object'), containers: items(tie('item')), hosts: values },
        { requiredKeys: [] },
      ),
    ),
    item: tie('object'),
  }));

  it('comes out at what is applied when there is one manager, and stays there', () => {
    fc.assert(
      fc.property(fields, fields, (first, second) => {
        const once = applied(['a', second]).object;
        const twice = applied(['a', second], ['a', second]).object;
        assert.ok(equal(once, twice), 'applying again changes something');
        const { object } = applied(['a', first], ['a', second]);
        const again = applied(['a', first], ['a', second], ['a', second]).object;
        assert.ok(equal(object, again), 'applying again after a change changes something');
        assert.ok(equal(inAnyOrder(object), inAnyOrder(once)), 'something of the first is left');
      }),
      { numRuns: 300 },
    );
  });
});
