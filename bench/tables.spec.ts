import assert from 'node:assert/strict';
import type { Results } from './report.ts';
import { withTables } from './tables.ts';

const results: Results = {
  about: { Date: '2030-01-01', Command: '`node bench/main.ts --quick`', Sites: '100' },
  limit: {},
  runs: [
    { subject: 'hostedsite', figures: { 'burst, sites/s': 15 } },
    { subject: 'controller-runtime', figures: { 'burst, sites/s': 20 } },
  ],
};
const page = [
  '# Figures',
  'Before.',
  '<!-- figures: quick -->',
  'what was there',
  '<!-- end of figures -->',
  'Between.',
  '<!-- figures: whole-1000 -->',
  '<!-- end of figures -->',
  'After.',
].join('\n');

function written(name: string, burst: number, ratio: string): string[] {
  return [
    `<!-- figures: ${name} -->`,
    '',
    'Date: 2030-01-01. Command: `node bench/main.ts --quick`. Sites: 100.',
    '',
    '|  | hostedsite | controller-runtime | ratio |',
    '| --- | ---: | ---: | ---: |',
    `| burst, sites/s | ${burst} | 20 | ${ratio} |`,
    '',
    '<!-- end of figures -->',
  ];
}

describe('bench: tables of the page', () => {
  it('are made from the results of their name, and the text around them stays', () => {
    const more = {
      ...results,
      runs: [{ subject: 'hostedsite', figures: { 'burst, sites/s': 10 } }, ...results.runs.slice(1)],
    };
    const after = withTables(page, (name) => (name === 'quick' ? results : more));
    assert.deepEqual(after.split('\n'), [
      '# Figures',
      'Before.',
      ...written('quick', 15, '0.75'),
      'Between.',
      ...written('whole-1000', 10, '0.5'),
      'After.',
    ]);
  });

  it('are the same when they are written again', () => {
    const once = withTables(page, () => results);
    assert.equal(
      withTables(once, () => results),
      once,
    );
  });

  it('leave a page without such lines as it is', () => {
    const text = '| 100 sites | |\n| --- | --- |\n';
    assert.equal(
      withTables(text, () => assert.fail('nothing is to be read')),
      text,
    );
  });

  it('are refused where one has no end', () => {
    assert.throws(
      () => withTables('<!-- figures: quick -->\nmuch text', () => results),
      /1 tables begin and 0 are whole/,
    );
  });

  for (const missing of ['Date', 'Command'])
    it(`are refused without ${missing}`, () => {
      const about = Object.fromEntries(Object.entries(results.about).filter(([name]) => name !== missing));
      assert.throws(
        () => withTables(page, () => ({ ...results, about })),
        /the figures quick do not say when/,
      );
    });
});
