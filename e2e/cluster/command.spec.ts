import assert from 'node:assert/strict';
import { attempt, run, until } from './command.ts';

describe('running commands', () => {
  it('gives input, returns the output and fails with the last words of the program', async () => {
    assert.equal(await run('cat', [], { input: 'words' }), 'words');
    await assert.rejects(
      run('sh', ['-c', 'echo out; echo no such disk >&2; exit 3']),
      /^Error: sh -c .*: no such disk$/s,
    );
    await assert.rejects(run('no-such-program-here', []), /ENOENT/);
  });

  it('takes a failure for an answer when asked to', async () => {
    assert.equal(await attempt('false', []), undefined);
    assert.equal(await attempt('echo', ['yes']), 'yes\n');
  });

  it('ends a command that takes too long', async () => {
    const started = Date.now();
    await assert.rejects(run('sleep', ['60'], { timeout: 50 }));
    assert.ok(Date.now() - started < 4000);
  });

  it('asks until there is an answer, whatever fails meanwhile', async () => {
    let asked = 0;
    const answers = [
      (): Promise<undefined> => Promise.reject(new Error('later')),
      (): Promise<undefined> => {
        throw new Error('at once');
      },
      (): Promise<string> => Promise.resolve('now'),
    ];
    assert.equal(await until<string>('it answers', 4, () => answers[asked++]!()), 'now');
    await assert.rejects(
      until('the door opens', 0, () => Promise.resolve(undefined)),
      /^Error: the door opens: not within 0 s$/,
    );
  });
});
