import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hierarchies, processesBelow, weighGroup } from './control-groups.ts';

describe('control groups', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hostedsite-groups-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function group(path: string, processes: string): void {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'cgroup.procs'), processes);
  }

  it('of version 1 have one hierarchy for each controller', () => {
    group('cpu', '1\n');
    group('unified', '1\n');
    mkdirSync(join(root, 'not-mounted'));
    assert.deepEqual(hierarchies(root).sort(), [join(root, 'cpu'), join(root, 'unified')]);
  });

  it('of version 2 have one for all', () => {
    group('system.slice', '1\n');
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
    assert.deepEqual(hierarchies(root), [root]);
  });

  it('are weighed in the unit of their version', () => {
    group('cpu', '');
    writeFileSync(join(root, 'cpu/cpu.shares'), '1024');
    group('both', '');
    writeFileSync(join(root, 'both/cpu.weight'), '100');
    for (const name of ['cpu', 'both']) weighGroup(join(root, name), 20);
    const written = ['cpu/cpu.shares', 'both/cpu.weight'].map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    assert.deepEqual(written, ['20480', '2000']);
  });

  it('tell the processes in them and below them, and none beside them', () => {
    group('ours', '');
    group('ours/node1/system', '10\n11\n');
    group('ours/node1/kubepods/pod1', '12\n');
    group('ours-not', '13\n');
    assert.deepEqual(processesBelow(join(root, 'ours')).sort(), [10, 11, 12]);
  });

  it('that are gone have no processes', () => {
    mkdirSync(join(root, 'removed-meanwhile'));
    assert.deepEqual(processesBelow(root), []);
    assert.deepEqual(processesBelow(join(root, 'never')), []);
  });
});
