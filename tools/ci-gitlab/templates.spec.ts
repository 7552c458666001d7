import assert from 'node:assert/strict';
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
