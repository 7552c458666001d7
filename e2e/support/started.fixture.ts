import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { started } from './started.ts';

/** Not a test: what `started.spec.ts` has mocha run. Each process says its number on standard output. */
function longLived(): ChildProcess {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  process.stdout.write(`pid ${child.pid}\n`);
  return child;
}

const kill = (child: ChildProcess): Promise<unknown> =>
  new Promise((gone) => {
    child.once('exit', gone);
    child.kill('SIGKILL');
  });
const later = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));

describe('a suite whose hook times out', () => {
  const all = started();
  const isOver = new Promise<void>((resolve) => after(() => resolve()));

  before(async function () {
    this.timeout(50);
    await all.start(longLived, kill);
    // Starts its process after the hook has timed out, whatever it was told meanwhile.
    const slow = all.start(() => later(300).then(longLived), kill);
    void isOver
      .then(() => all.start(longLived, kill))
      .catch((error: unknown) => process.stdout.write(`refused: ${String(error)}\n`));
    await slow;
  });

  it('never runs', () => undefined);
});
