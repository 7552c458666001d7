import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './command.ts';
import { commandOf, endAll, founders, isAlive, signal } from './processes.ts';

describe('processes', () => {
  let child: ChildProcess;
  afterEach(() => child.kill('SIGKILL'));

  it('are alive until they have ended, and say what they were started with', async () => {
    child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const pid = child.pid!;
    assert.equal(isAlive(pid), true);
    assert.deepEqual(commandOf(pid), ['sleep', '60']);
    await endAll('it has ended', () => [pid, process.pid]);
    assert.equal(isAlive(pid), false);
    assert.deepEqual(commandOf(pid), []);
    signal(pid, 'SIGTERM');
  });

  it('are not alive as zombies', async () => {
    // The shell's child is ended after the shell has become what never asks for it.
    child = spawn('sh', ['-c', 'sleep 60 & exec sh -c "echo $!; exec sleep 60"'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = (await once(child.stdout!, 'data')) as [Buffer];
    // A shell would still have asked.
    await until('it is no shell any more', 5, () =>
      Promise.resolve(commandOf(child.pid!)[0] === 'sleep' ? true : undefined),
    );
    await endAll('the zombie does not count', () => [Number(printed.toString())]);
    process.kill(Number(printed.toString()), 0);
  });
});

describe('founders', () => {
  it('are those whose parent is none of them, and not those that are gone', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const pid = child.pid!;
    try {
      assert.deepEqual(founders([pid, process.pid]), [process.pid]);
      assert.deepEqual(founders([pid]), [pid]);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.deepEqual(founders([pid, process.pid]), [process.pid]);
  });
});
