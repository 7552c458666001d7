import assert from 'node:assert/strict';
import { measurements, settings } from './settings.ts';

describe('bench: settings', () => {
  it('measures everything unless told otherwise', () => {
    assert.deepEqual([...settings([]).only], [...measurements]);
  });

  it('takes less, and skips what lasts, when it must be quick', () => {
    const { sites, only } = settings(['--quick']);
    assert.equal(sites, 100);
    assert.ok(!only.has('wide') && only.has('burst') && only.has('idle'));
  });

  it('takes what is written over what --quick says', () => {
    const { sites, runs, only } = settings([
      '--quick',
      '--sites',
      '7',
      '--runs',
      '1',
      '--only',
      'drift,burst',
    ]);
    assert.deepEqual([sites, runs, [...only]], [7, 1, ['drift', 'burst']]);
  });

  it('refuses what it does not know', () => {
    assert.throws(() => settings(['--only', 'speed']), /not speed/);
    assert.throws(() => settings(['--sites', '0']), /--sites/);
  });
});
