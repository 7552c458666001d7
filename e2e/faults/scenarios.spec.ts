import assert from 'node:assert/strict';
import { scenarioOf, scenarios } from './scenarios.ts';

describe('scenarios', () => {
  it('have names of their own', () => {
    assert.equal(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  });

  it('cover what users do with sites', () => {
    const words = [
      'creation',
      'image',
      'scale',
      'autoscaling',
      'host',
      'size',
      'suspend',
      'deletion',
      'child',
      'database',
      'volume',
      'command',
      'task',
    ];
    for (const word of words)
      assert.ok(
        scenarios.some(({ name }) => name.includes(word)),
        word,
      );
    assert.ok(scenarios.length >= 16);
  });

  it('that end Ready name the spec that they end with, but where history shows in the end', () => {
    const historic = /^(tasks?$|task-|tasks-|command-and-)/;
    for (const { name, final, finalSpec } of scenarios)
      assert.equal(finalSpec !== undefined, final === 'Ready' && !historic.test(name), name);
  });

  it('are found by name', () => {
    assert.equal(scenarioOf('scale-up').final, 'Ready');
    assert.throws(() => scenarioOf('nothing'), /there is no scenario nothing; there are creation-generic/);
  });
});
