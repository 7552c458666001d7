import assert from 'node:assert/strict';
import { attempt, lastWords, run, until } from './command.ts';

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

  it('shows now and then what a long command writes, and nothing while it is silent', async () => {
    let now = 0;
    const shown: string[] = [];
    const heard = lastWords(
      'etcd',
      (text) => shown.push(text),
      () => now,
    );
    for (const [at, text] of [
      [1_000, 'first\n'],
      [31_000, 'go: downloading\nsecond\n'],
      [59_000, 'third\n'],
      [95_000, '\n'],
      [95_500, 'fourth'],
    ] as const) {
      now = at;
      heard(text);
    }
    assert.deepEqual(shown, ['  etcd, 31 s: second', '  etcd, 96 s: fourth']);
    const pieces: string[] = [];
    await run('sh', ['-c', 'echo out; echo complaint >&2'], { heard: (text) => pieces.push(text) });
    assert.deepEqual(pieces.sort(), ['complaint\n', 'out\n']);
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
