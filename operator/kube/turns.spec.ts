import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Turns, priorities } from './turns.ts';
import type { Priority } from './turns.ts';

type Waiting = [namespace: string, item: string, priority: Priority];

function turnsOf(waiting: readonly Waiting[]): Turns<string> {
  const turns = new Turns<string>();
  for (const [namespace, item, priority] of waiting) turns.add(namespace, item, priority);
  return turns;
}

function drained(turns: Turns<string>): string[] {
  const items: string[] = [];
  for (let item = turns.next(); item !== undefined; item = turns.next()) items.push(item);
  return items;
}

function many(namespace: string, count: number, priority: Priority): Waiting[] {
  return Array.from({ length: count }, (_, at) => [namespace, `${namespace}${at}`, priority]);
}

describe('Turns', () => {
  const rows: { title: string; waiting: Waiting[]; order: string[] }[] = [
    {
      title: 'go by namespace, whatever the priority of what waits there',
      waiting: [...many('a', 3, 'user'), ...many('b', 2, 'drift'), ...many('c', 1, 'user')],
      order: ['a0', 'b0', 'c0', 'a1', 'b1', 'a2'],
    },
    {
      title: 'go by priority within a namespace, then by arrival',
      waiting: [
        ['a', 'resync', 'resync'],
        ['a', 'first', 'drift'],
        ['a', 'second', 'drift'],
        ['a', 'user', 'user'],
      ],
      order: ['user', 'first', 'second', 'resync'],
    },
    {
      title: 'are late for namespaces that have resyncs only',
      waiting: [...many('cold', 2, 'resync'), ...many('a', 2, 'drift'), ...many('b', 1, 'user')],
      order: ['a0', 'b0', 'a1', 'cold0', 'cold1'],
    },
    {
      title: 'are every eighth for namespaces that have resyncs only, in a circle',
      waiting: [...many('c', 2, 'resync'), ...many('d', 1, 'resync'), ...many('a', 22, 'user')],
      order: [
        ...many('a', 7, 'user').map(([, item]) => item),
        'c0',
        ...['a7', 'a8', 'a9', 'a10', 'a11', 'a12', 'a13', 'd0'],
        ...['a14', 'a15', 'a16', 'a17', 'a18', 'a19', 'a20', 'c1', 'a21'],
      ],
    },
    {
      title: "are every eighth for what has waited longest of a namespace's",
      waiting: [['a', 'resync', 'resync'], ['a', 'drift', 'drift'], ...many('a', 16, 'user')],
      order: [
        ...['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'resync'],
        ...['a7', 'a8', 'a9', 'a10', 'a11', 'a12', 'a13', 'drift', 'a14', 'a15'],
      ],
    },
    {
      title: 'are not lost by what comes again',
      waiting: [
        ['a', 'a0', 'drift'],
        ['a', 'a1', 'drift'],
        ['a', 'a0', 'drift'],
        ['a', 'a0', 'resync'],
      ],
      order: ['a0', 'a1'],
    },
    {
      title: 'are not lost by what becomes more urgent',
      waiting: [
        ['a', 'raised', 'drift'],
        ['b', 'b0', 'user'],
        ['a', 'raised', 'user'],
      ],
      order: ['raised', 'b0'],
    },
    {
      title: 'are earlier for a namespace whose resync becomes more urgent',
      waiting: [
        ['cold', 'raised', 'resync'],
        ['a', 'a0', 'user'],
        ['a', 'a1', 'user'],
        ['cold', 'raised', 'drift'],
      ],
      order: ['a0', 'raised', 'a1'],
    },
  ];
  for (const { title, waiting, order } of rows)
    it(title, () => assert.deepEqual(drained(turnsOf(waiting)), order));

  it('pass over a namespace that may not have one now, and it keeps its place', () => {
    const turns = turnsOf([...many('a', 2, 'user'), ...many('b', 2, 'user')]);
    const notA = (namespace: string): boolean => namespace !== 'a';
    assert.equal(turns.next(notA), 'b0');
    assert.equal(turns.next(), 'a0');
    assert.equal(turns.next(), 'b1');
    assert.equal(turns.next(notA), undefined);
    assert.equal(turns.next(), 'a1');
  });

  it('are none for what went away', () => {
    const turns = turnsOf([...many('a', 2, 'user'), ...many('b', 1, 'resync')]);
    turns.remove('a', 'a0');
    turns.remove('b', 'b0');
    turns.remove('c', 'c0');
    assert.deepEqual(drained(turns), ['a1']);
  });

  const namespaces = ['a', 'b', 'c'];
  const item = fc.record({
    namespace: fc.constantFrom(...namespaces),
    name: fc.nat({ max: 3 }),
    priority: fc.constantFrom(...priorities),
  });

  it('come to everyone, whatever others keep adding', () => {
    // A circle of all namespaces, every eighth turn of it, and in it every eighth to whoever of five came first.
    const most = 8 * namespaces.length * 8 * 5;
    fc.assert(
      fc.property(item, fc.array(item, { minLength: 1, maxLength: 12 }), (waiting, noise) => {
        const turns = turnsOf([[waiting.namespace, 'waiting', waiting.priority]]);
        for (let count = 0; count < most; count += 1) {
          for (const { namespace, name, priority } of noise)
            turns.add(namespace, `${namespace}${name}`, priority);
          if (turns.next() === 'waiting') return;
        }
        assert.fail(`no turn in ${most}`);
      }),
      { numRuns: 200 },
    );
  });

  it('come within a round to a namespace that has better than a resync', () => {
    const urgent = item.filter(({ priority }) => priority !== 'resync');
    fc.assert(
      fc.property(
        urgent,
        fc.array(item, { maxLength: 12 }),
        fc.nat({ max: 20 }),
        (waiting, noise, before) => {
          const turns = new Turns<string>();
          const disturb = (): void => {
            for (const { namespace, name, priority } of noise)
              turns.add(namespace, `${namespace}${name}`, priority);
          };
          for (let count = 0; count < before; count += 1) {
            disturb();
            turns.next();
          }
          disturb();
          turns.add('quiet', 'waiting', waiting.priority);
          // One turn for each other, its own, and perhaps one for those who are calm.
          for (let count = 0; count < namespaces.length + 2; count += 1) {
            if (turns.next() === 'waiting') return;
            disturb();
          }
          assert.fail('no turn in a round');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('lose nothing and give nothing twice', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), (all) => {
        const turns = new Turns<string>();
        for (const { namespace, name, priority } of all)
          turns.add(namespace, `${namespace}${name}`, priority);
        const added = new Set(all.map(({ namespace, name }) => `${namespace}${name}`));
        assert.deepEqual(drained(turns).sort(), [...added].sort());
      }),
      { numRuns: 100 },
    );
  });
});
