import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readDocuments } from '../../operator/api/yaml.ts';
import { withScripts } from './templates.ts';

describe('a component', () => {
  const read = (name: string): string => `# ${name}\n\necho "$1"\n`;

  it('has the scripts that its line names below it, in place of what was there', () => {
    const before =
      'job:\n  script:\n    - | # one.sh two.sh\n      old\n\n      older\n  artifacts:\n    - | # three.sh\n';
    const after = [
      'job:',
      '  script:',
      '    - | # one.sh two.sh',
      ...['      # one.sh', '', '      echo "$1"', '', '      # two.sh', '', '      echo "$1"'],
      '  artifacts:',
      '    - | # three.sh',
      ...['      # three.sh', '', '      echo "$1"', ''],
    ].join('\n');
    assert.equal(withScripts(before, read), after);
    assert.equal(withScripts(after, read), after);
  });

  it('keeps what names no script', () => {
    const text = 'job:\n  script:\n    - |\n      echo\n    # a.sh\n';
    assert.equal(withScripts(text, read), text);
  });
});

describe('the page of the components', () => {
  const folder = new URL('../../ci/gitlab/', import.meta.url);
  const page = readFileSync(new URL('README.md', folder), 'utf8');

  /** First cells of the first table below a line. */
  function rows(line: string): string[] {
    const [, below = ''] = page.split(`\n${line}\n`);
    const [table = ''] = /(^\|.*\n)+/m.exec(below.split('\n#')[0] ?? '') ?? [];
    return [...table.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name = '']) => name);
  }

  for (const file of readdirSync(new URL('templates', folder)))
    it(`has every input of ${file}`, () => {
      const component = file.replace('.yml', '');
      const [header] = readDocuments(readFileSync(new URL(`templates/${file}`, folder), 'utf8'));
      const { inputs } = (header as { spec: { inputs: object } }).spec;
      const told = [
        ...rows('Of every component:'),
        ...(component === 'validate' ? [] : rows('Of every component but `validate`:')),
        ...(['deploy', 'promote', 'rollback'].includes(component)
          ? rows('Of `deploy`, `promote` and `rollback`:')
          : []),
        ...rows(`### ${component}`),
      ];
      assert.deepEqual(told.sort(), Object.keys(inputs).sort());
    });
});
