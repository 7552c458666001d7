import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { misfit } from './misfit.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const reading = "const { seconds } = await import('./operator/api/duration.ts'); console.log(seconds('2m'));";

function run(mutant: string, program: string): { status: number | null; stdout: string; stderr: string } {
  const words = ['--import', './e2e/mutants/mutate.ts', '--input-type=module', '--eval', program];
  const env = { ...process.env, MUTANT: mutant };
  return spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
}

describe('a program with a mutant planted in it', function () {
  // A process for each test.
  this.timeout(20_000);

  it('runs the defect', () => {
    const { status, stdout } = run('minutes-as-seconds', reading);
    assert.deepEqual([status, stdout.trim()], [0, '2']);
  });

  it('is the operator as it is without one', () => {
    const { status, stdout } = run('', reading);
    assert.deepEqual([status, stdout.trim()], [0, '120']);
  });

  it('fails when it never loads the file of the mutant', () => {
    const { status, stderr } = run('owner-by-name', reading);
    assert.equal(status, misfit);
    assert.match(
      stderr,
      /owner-by-name was not planted: operator\/sites\/data\/ownership\.ts was not loaded/,
    );
  });

  it('fails when there is no such mutant', () => {
    const { status, stderr } = run('no-such', reading);
    assert.notEqual(status, 0);
    assert.match(stderr, /no mutant of the catalogue: no-such/);
  });
});
