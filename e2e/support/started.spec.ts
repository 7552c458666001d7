import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../cluster/processes.ts';
import { Started } from './started.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('what hooks and tests start', () => {
  it('is gone when their mocha ends by itself, also after a hook that timed out', () => {
    const words = ['node_modules/mocha/bin/mocha.js', '--no-config', 'e2e/support/started.fixture.ts'];
    const options = { cwd: root, encoding: 'utf8', timeout: 15_000 } as const;
    const { stdout, signal, status } = spawnSync(process.execPath, words, options);
    assert.equal(signal, null, 'mocha did not end by itself');
    assert.equal(status, 1);
    assert.match(stdout, /Timeout of 50ms exceeded/);
    const pids = [...stdout.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
    assert.equal(pids.length, 2, stdout);
    assert.deepEqual(pids.filter(isAlive), []);
    assert.match(stdout, /^refused: Error: the tests that wanted it are over$/m);
  });

  it('is stopped in reverse order, all of it, and the first failure is told', async () => {
    const [all, stopped] = [new Started(), [] as string[]];
    const stop = (name: string): void => void stopped.push(name);
    await all.start(() => 'first', stop);
    await all.start(
      () => 'second',
      (name) => {
        stop(name);
        throw new Error('it resists');
      },
    );
    await assert.rejects(
      all.start(() => Promise.reject(new Error('no disk')), stop),
      /no disk/,
    );
    await all.start(() => 'third', stop);
    await assert.rejects(all.end(), /it resists/);
    assert.deepEqual(stopped, ['third', 'second', 'first']);
    await all.end();
    assert.equal(stopped.length, 3);
  });

  it('hears of the end while it starts', async () => {
    const all = new Started();
    const starting = all.start(
      async (over) => {
        await once(over, 'abort');
        over.throwIfAborted();
      },
      () => assert.fail('there is nothing to stop'),
    );
    await Promise.all([assert.rejects(starting, /are over$/), all.end()]);
  });
});
