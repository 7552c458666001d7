import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Part, Row, Thing } from './part.ts';
import { parts } from './parts.ts';
import type { Run, RunOptions } from './run.ts';
import { session } from './session.ts';

describe('a run of all parts', () => {
  const part = (name: string, more: Partial<Part> = {}): Part => ({
    ...{ name, command: [name], counts: 'one' },
    ...more,
  });

  /** Runs parts that end with the code given for their name, or as the function does. */
  async function told(
    rows: readonly Row[],
    ends: Record<string, number | ((options: RunOptions) => Promise<Run>)> = {},
    interrupted = new AbortController().signal,
  ): Promise<{ lines: string[]; written: string }> {
    let written = '';
    const outcomes = await session(rows, {
      silence: 1_000,
      interrupted,
      write: (text) => (written += text),
      run: async ([name = ''], options) => {
        const end = ends[name] ?? 0;
        if (typeof end !== 'number') return end(options);
        options.tell(`${name} speaks\n`);
        return Promise.resolve({ code: end, output: '' });
      },
    });
    const lines = outcomes.map(({ name, passed, failed, trouble = 'tried' }) =>
      [name, passed, failed, trouble].join(' '),
    );
    return { lines, written };
  }

  it('tries each part, whatever the earlier ones said', async () => {
    const { lines } = await told([[[part('a')]], [[part('b')]], [[part('c')]]], { b: 1 });
    assert.deepEqual(lines, ['a 1 0 tried', 'b 0 1 tried', 'c 1 0 tried']);
  });

  it('counts as failed what is not tried because something is not there, and what rests on that', async () => {
    const rows = [
      [[part('builds', { gives: 'programs' })]],
      [
        [
          part('starts', { needs: ['Debian packages', 'programs'], gives: 'cluster' }),
          part('stories', { needs: ['images', 'cluster'] }),
          part('stops', { afterwards: true }),
        ],
        [part('other')],
      ],
    ];
    assert.deepEqual((await told(rows, { builds: 1 })).lines, [
      'builds 0 1 tried',
      'starts 0 1 not tried, for lack of: programs',
      'stories 0 1 not tried, for lack of: cluster',
      'stops 1 0 tried',
      'other 1 0 tried',
    ]);
  });

  it('counts as failed a part that did not come to its own end, whatever it had counted', async () => {
    const end = {
      code: 0,
      output: '  5 passing (1s)\n',
      trouble: 'it said nothing for 10 minutes and was ended',
    };
    const { lines } = await told([[[part('a', { counts: 'mocha' })]]], { a: () => Promise.resolve(end) });
    assert.deepEqual(lines, ['a 5 1 it said nothing for 10 minutes and was ended']);
  });

  it('counts as failed a part that cannot be run', async () => {
    const { lines } = await told([[[part('a')]]], { a: () => Promise.reject(new Error('no make')) });
    assert.deepEqual(lines, ['a 0 1 Error: no make']);
  });

  it('runs the lanes of a row at once, and tells of each part from its beginning to its end', async () => {
    const speaks = Promise.withResolvers<undefined>();
    const { written } = await told([[[part('a')], [part('b')]]], {
      a: async ({ tell }) => {
        tell('a begins\n');
        await speaks.promise;
        tell('a ends\n');
        return { code: 0, output: '' };
      },
      b: ({ tell }) => {
        tell('b speaks\n');
        speaks.resolve(undefined);
        return Promise.resolve({ code: 0, output: '' });
      },
    });
    assert.equal(written, '\n=== a\na begins\na ends\n\n=== b\nb speaks\n');
  });

  it('runs a lane while the other one goes on, part by part, and the next row when both have ended', async () => {
    const order: string[] = [];
    const [ofLong, ofShort] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const ran = (name: string, until?: Promise<undefined>, ended?: () => void) => async (): Promise<Run> => {
      order.push(`${name} begins`);
      await until;
      order.push(`${name} ends`);
      ended?.();
      return { code: 0, output: '' };
    };
    const rows = [
      [
        [part('long'), part('after it')],
        [part('short'), part('next')],
      ],
      [[part('last')]],
    ];
    const { lines } = await told(rows, {
      long: ran('long', ofLong.promise),
      'after it': ran('after it'),
      short: ran('short', undefined, () => ofShort.resolve(undefined)),
      next: ran('next', ofShort.promise, () => ofLong.resolve(undefined)),
      last: ran('last'),
    });
    assert.deepEqual(order, [
      ...['long begins', 'short begins', 'short ends', 'next begins', 'next ends', 'long ends'],
      ...['after it begins', 'after it ends', 'last begins', 'last ends'],
    ]);
    const names = ['long', 'after it', 'short', 'next', 'last'];
    assert.deepEqual(
      lines,
      names.map((name) => `${name} 1 0 tried`),
    );
  });

  it('gives a part the name of the cluster that it is about', async () => {
    const seen: unknown[] = [];
    const look = ({ env }: RunOptions): Promise<Run> => {
      seen.push(env);
      return Promise.resolve({ code: 0, output: '' });
    };
    await told([[[part('a'), part('b', { cluster: 'second' })]]], { a: look, b: look });
    assert.deepEqual(seen, [undefined, { HOSTEDSITE_CLUSTER: 'second' }]);
  });

  it('tries after an interruption only what cleans up, in every lane', async () => {
    const stop = new AbortController();
    const stopsLast = [part('b'), part('stops', { afterwards: true })];
    const rows = [[stopsLast, [part('a'), ...stopsLast]], [[part('c')]]];
    const a = (): Promise<Run> => {
      stop.abort();
      return Promise.resolve({ code: 1, output: '', trouble: 'it was interrupted' });
    };
    const b = async ({ interrupted }: RunOptions): Promise<Run> => {
      if (!interrupted.aborted) await once(interrupted, 'abort');
      return { code: 1, output: '', trouble: 'it was interrupted' };
    };
    const stops = ({ interrupted }: RunOptions): Promise<Run> =>
      Promise.resolve({ code: interrupted.aborted ? 1 : 0, output: '' });
    assert.deepEqual((await told(rows, { a, b, stops }, stop.signal)).lines, [
      'b 0 1 it was interrupted',
      'stops 1 0 tried',
      'a 0 1 it was interrupted',
      'b 0 1 not tried, the run was interrupted',
      'stops 1 0 tried',
      'c 0 1 not tried, the run was interrupted',
    ]);
  });
});

describe('the parts of `make test`', () => {
  it('need only what an earlier row gives, or an earlier part of their lane', () => {
    let given: Thing[] = [];
    for (const row of parts) {
      const ends = row.map((lane) => {
        const there = [...given];
        for (const { name, needs = [], gives } of lane) {
          const lacking = needs.filter((thing) => !there.includes(thing));
          assert.deepEqual(lacking, [], name);
          if (gives !== undefined) there.push(gives);
        }
        return there;
      });
      given = ends.flat();
    }
  });

  it('have names of their own', () => {
    const names = parts.flat(2).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it('of two lanes are never about one cluster', () => {
    for (const row of parts.filter((lanes) => lanes.length > 1)) {
      const ofLanes = row.map((lane) => lane.filter(isAboutCluster).map(({ cluster = '' }) => cluster));
      const names = ofLanes.flatMap((lane) => [...new Set(lane)]);
      assert.equal(new Set(names).size, names.length, names.join());
    }
  });

  it('stop at last every cluster that they start', () => {
    const last = new Map<string, string>();
    for (const { command, cluster = '' } of parts.flat(2))
      for (const word of command.filter((one) => one === 'up' || one === 'down')) last.set(cluster, word);
    assert.deepEqual([...new Set(last.values())], ['down']);
    assert.equal(last.size, 2);
  });
});

/** It starts, stops or needs one. */
function isAboutCluster({ needs = [], gives = 'images', afterwards }: Part): boolean {
  return afterwards === true || [...needs, gives].some((thing) => thing.includes('cluster'));
}
