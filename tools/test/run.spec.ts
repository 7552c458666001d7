import assert from 'node:assert/strict';
import { once } from 'node:events';
import { isAlive, signal } from '../../e2e/cluster/processes.ts';
import { run } from './run.ts';

describe('the command of a part', () => {
  let told = '';
  const never = new AbortController().signal;
  const options = (silence: number, interrupted = never) => ({
    silence,
    interrupted,
    tell: (text: string) => void (told += text),
  });
  const pids = (): number[] => [...told.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
  /** In the same process group, in one of its own, and in one of its own with an environment of its own. */
  const family = `sleep 600 >/dev/null 2>&1 & echo pid $!
    setsid sh -c 'echo pid $$; (sleep 600 & echo pid $!; wait) & exec sleep 600' &
    env -i setsid sleep 600 & echo pid $!
    echo pid $$`;

  beforeEach(() => (told = ''));
  // Whatever a failed test has left.
  afterEach(() =>
    pids()
      .filter(isAlive)
      .forEach((pid) => signal(pid, 'SIGKILL')),
  );

  it('is told on both outputs, and its code and its standard output are kept', async () => {
    const ended = await run(['sh', '-c', 'echo words; echo complaint >&2; exit 3'], options(20_000));
    assert.deepEqual(ended, { code: 3, output: 'words\n' });
    assert.deepEqual(told.trim().split('\n').sort(), ['complaint', 'words']);
  });

  it('has what is given beside this environment', async () => {
    const shown = ['sh', '-c', 'echo "$PATH $HOSTEDSITE_CLUSTER"'];
    const { output } = await run(shown, { ...options(20_000), env: { HOSTEDSITE_CLUSTER: 'second' } });
    assert.equal(output, `${process.env.PATH} second\n`);
  });

  it('is ended with all that came of it when it is silent for too long', async () => {
    const ended = await run(['sh', '-c', `${family}; sleep 600`], options(3_000));
    assert.equal(ended.trouble, 'it said nothing for 3 s and was ended');
    assert.equal(pids().length, 5, told);
    assert.deepEqual(pids().filter(isAlive), []);
  });

  it('may take as long as it likes while it speaks', async () => {
    const slow = 'for i in 1 2 3 4 5; do sleep 0.9; echo $i >&2; done';
    const ended = await run(['sh', '-c', slow], options(4_000));
    assert.deepEqual(ended, { code: 0, output: '' });
  });

  it('is ended with all that came of it by an interruption', async () => {
    const interruption = new AbortController();
    const ready = once(interruption.signal, 'abort');
    const { tell, ...rest } = options(20_000, interruption.signal);
    const running = run(['sh', '-c', `${family}; echo ready; sleep 600`], {
      ...rest,
      tell: (text) => {
        tell(text);
        if (told.includes('ready') && pids().length === 5) interruption.abort();
      },
    });
    await ready;
    assert.equal((await running).trouble, 'it was interrupted');
    assert.deepEqual(pids().filter(isAlive), []);
  });

  it('that ends by itself leaves nothing of its group, and is not waited for by daemons that hold its outputs', async () => {
    // It ends when the daemon has left its group.
    const leaves =
      'setsid sleep 600 & echo pid $!; until [ "$(cut -d " " -f 5 /proc/$!/stat)" = $! ]; do :; done';
    const ended = await run(['sh', '-c', `sleep 600 & echo pid $!; ${leaves}`], options(20_000));
    assert.equal(ended.code, 0);
    const [member, daemon] = pids();
    assert.deepEqual([isAlive(member!), isAlive(daemon!)], [false, true]);
  });
});
