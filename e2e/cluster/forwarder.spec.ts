import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts, knownPorts } from './forwarder.ts';
import type { Instance } from './instance.ts';
import { instance } from './instance.ts';

describe('the ports on loopback', () => {
  let cluster: Instance;
  const listening: Server[] = [];
  beforeEach(() => {
    cluster = { ...instance('/for/ports'), directory: mkdtempSync(join(tmpdir(), 'hostedsite-ports-')) };
  });
  afterEach(async () => {
    rmSync(cluster.directory, { recursive: true });
    for (const server of listening.splice(0)) await new Promise((closed) => server.close(closed));
  });

  function occupy(port: number): Promise<void> {
    const server = createServer();
    listening.push(server);
    return new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  }

  it('are three, and the same ones at the next start', async () => {
    const ports = await choosePorts(cluster);
    assert.equal(new Set(Object.values(ports)).size, 3);
    assert.deepEqual(await choosePorts(cluster), ports);
    assert.deepEqual(knownPorts(cluster), ports);
  });

  it('are others when one of them is taken meanwhile', async () => {
    const ports = await choosePorts(cluster);
    await occupy(ports.https);
    const others = await choosePorts(cluster);
    assert.equal(Object.values(others).includes(ports.https), false);
    assert.deepEqual(knownPorts(cluster), others);
  });

  it('are not known before the first start', () => {
    assert.equal(knownPorts(cluster), undefined);
  });
});
