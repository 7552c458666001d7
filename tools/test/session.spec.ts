import assert from 'node:assert/strict';
import type { Part, Thing } from './part.ts';
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
    rows: readonly (readonly Part[])[],
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
    const { lines } = await told([[part('a')], [part('b')], [part('c')]], { b: 1 });
    assert.deepEqual(lines, ['a 1 0 tried', 'b 0 1 tried', 'c 1 0 tried']);
  });

  it('counts as failed what is not tried because something is not there, and what rests on that', async () => {
    const rows = [
      [part('builds', { gives: 'programs' })],
      [part('starts', { needs: ['Debian packages', 'programs'], gives: 'cluster' })],
      [part('stories', { needs: ['images', 'cluster'] })],
      [part('stops', { afterwards: true })],
    ];
    assert.deepEqual((await told(rows, { builds: 1 })).lines, [
      'builds 0 1 tried',
      'starts 0 1 not tried, for lack of: programs',
      'stories 0 1 not tried, for lack of: cluster',
      'stops 1 0 tried',
    ]);
  });

  it('counts as failed a part that did not come to its own end, whatever it had counted', async () => {
    const end = {
      code: 0,
      output: '  5 passing (1s)\n',
      trouble: 'it said nothing for 10 minutes and was ended',
    };
    const { lines } = await told([[part('a', { counts: 'mocha' })]], { a: () => Promise.resolve(end) });
    assert.deepEqual(lines, ['a 5 1 it said nothing for 10 minutes and was ended']);
  });

  it('counts as failed a part that cannot be run', async () => {
    const { lines } = await told([[part('a')]], { a: () => Promise.reject(new Error('no make')) });
    assert.deepEqual(lines, ['a 0 1 Error: no make']);
  });

  it('runs the parts of a row at once, and tells of each from its beginning to its end', async () => {
    const speaks = Promise.withResolvers<undefined>();
    const { written } = await told([[part('a'), part('b')]], {
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

  it('tries after an interruption only what cleans up', async () => {
    const stop = new AbortController();
    const rows = [[part('a')], [part('b')], [part('stops', { afterwards: true })]];
    const a = (): Promise<Run> => {
      stop.abort();
      return Promise.resolve({ code: 1, output: '', trouble: 'it was interrupted' });
    };
    const stops = ({ interrupted }: RunOptions): Promise<Run> =>
      Promise.resolve({ code: interrupted.aborted ? 1 : 0, output: '' });
    assert.deepEqual((await told(rows, { a, stops }, stop.signal)).lines, [
      'a 0 1 it was interrupted',
      'b 0 1 not tried, the run was interrupted',
      'stops 1 0 tried',
    ]);
  });
});

describe('the parts of `make test`', () => {
  it('need only what an earlier row gives', () => {
    const given = new Set<Thing>();
    for (const row of parts) {
      for (const { name, needs = [] } of row)
        assert.deepEqual(
          needs.filter((thing) => !given.has(thing)),
          [],
          name,
        );
      for (const { gives } of row) if (gives !== undefined) given.add(gives);
    }
  });

  it('have names of their own', () => {
    const names = parts.flat().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
