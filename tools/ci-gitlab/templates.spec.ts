import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readDocuments } from '../../operator/api/yaml.ts';
import { inputsOf } from './job.ts';
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
      const told = [
        ...rows('Of every component:'),
        ...(component === 'validate' ? [] : rows('Of every component but `validate`:')),
        ...(['deploy', 'promote', 'rollback'].includes(component)
          ? rows('Of `deploy`, `promote` and `rollback`:')
          : []),
        ...rows(`### ${component}`),
      ];
      assert.deepEqual(told.sort(), Object.keys(inputsOf(component)).sort());
    });
});

describe('whoever includes a component', () => {
  interface Include {
    readonly component: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
  }
  const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const block = (path: string): string => /```yaml\n(include:.*?)```/s.exec(text(path))?.[1] ?? '';
  const projects: Record<string, string> = {
    'the example': text('examples/gitlab/.gitlab-ci.yml'),
    'the page of the components': block('ci/gitlab/README.md'),
    'the page of how to use them': block('docs/use/gitlab.md'),
  };
  for (const [who, project] of Object.entries(projects))
    it(`gives it what it asks for and nothing that it does not know: ${who}`, () => {
      const [{ include }] = readDocuments(project) as [{ include: readonly Include[] }];
      for (const { component, inputs = {} } of include) {
        const known = inputsOf(/([a-z]+)@/.exec(component)?.[1] ?? '');
        const required = Object.keys(known).filter((name) => known[name]?.default === undefined);
        const missing = required.filter((name) => !(name in inputs));
        const unknown = Object.keys(inputs).filter((name) => !(name in known));
        assert.deepEqual({ component, missing, unknown }, { component, missing: [], unknown: [] });
      }
    });
});
