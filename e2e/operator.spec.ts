import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from './cluster/instance.ts';
import { description } from './operator.ts';

describe('what an installation of the operator is called', () => {
  it('is the same for the same chart and values, wherever the chart lies, and another one for others', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-chart-'));
    try {
      const chart = join(checkout, 'charts/hostedsite-operator');
      cpSync(chart, directory, { recursive: true });
      const settings = { 'images.operator': 'one' };
      const name = description(settings, chart);
      assert.equal(description(settings, directory), name);
      assert.notEqual(description({ ...settings, logLevel: 'debug' }, chart), name);
      writeFileSync(join(directory, 'templates/more.yaml'), '');
      assert.notEqual(description(settings, directory), name);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
