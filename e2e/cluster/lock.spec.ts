import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Refusal } from './command.ts';
import { alone, inTurn } from './lock.ts';

describe('the lock of a cluster', () => {
  const cluster = { id: `spec-${process.pid}` };

  it('lets one in at a time, and the next one when the first is done', async () => {
    const entered: string[] = [];
    await alone(cluster, async () => {
      entered.push('first');
      await assert.rejects(
        alone(cluster, () => Promise.resolve(entered.push('second'))),
        (error) => error instanceof Refusal && /Another process is starting or stopping/.test(error.message),
      );
      await alone({ id: `${cluster.id}-other` }, () => Promise.resolve(entered.push('other cluster')));
    });
    await alone(cluster, () => Promise.resolve(entered.push('third')));
    assert.deepEqual(entered, ['first', 'other cluster', 'third']);
  });

  it('is open again when the work fails', async () => {
    await assert.rejects(
      alone(cluster, () => Promise.reject(new Error('no disk'))),
      /no disk/,
    );
    assert.equal(await alone(cluster, () => Promise.resolve('in')), 'in');
  });

  it('is open again when its holder was killed', async () => {
    const module = JSON.stringify(fileURLToPath(new URL('lock.ts', import.meta.url)));
    const code = `const { alone } = await import(${module}); await alone(${JSON.stringify(cluster)}, () => { console.log('in'); return new Promise(() => {}); })`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await assert.rejects(
      alone(cluster, () => Promise.resolve()),
      Refusal,
    );
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal(await alone(cluster, () => Promise.resolve('in')), 'in');
  });
});

describe('what the machine shares', () => {
  it('is done by one after the other, each told when it has to wait', async () => {
    const said: string[] = [];
    const name = `spec-turn-${process.pid}`;
    let second = Promise.resolve(0);
    await inTurn(
      name,
      () => assert.fail('there is nobody to wait for'),
      async () => {
        await new Promise<void>((waits) => {
          second = inTurn(name, waits, () => Promise.resolve(said.push('second')));
        });
        said.push('first');
      },
    );
    await second;
    assert.deepEqual(said, ['first', 'second']);
  });
});
