import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'undici';
import type { Arrival } from './arrivals.ts';
import { gate } from './gate.ts';

describe('the gate that pods pass before they start', () => {
  const arrival: Arrival = {
    node: 'node1',
    namespace: 'shop',
    name: 'web',
    uid: 'uid',
    address: '10.244.1.2',
  };
  let directory = '';
  let server: Server;
  let client: Client;
  let admit: (arrival: Arrival, gone: AbortSignal) => Promise<void>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hostedsite-gate-'));
    const socketPath = join(directory, 'gate.sock');
    // What a process that was killed leaves behind.
    writeFileSync(socketPath, '');
    server = gate(socketPath, (arrived, gone) => admit(arrived, gone));
    await once(server, 'listening');
    client = new Client('http://gate', { socketPath });
  });
  afterEach(async () => {
    await client.destroy();
    server.close();
    rmSync(directory, { recursive: true });
  });

  const ask = (body: string, signal?: AbortSignal): Promise<{ statusCode: number }> =>
    client.request({ method: 'POST', path: '/', body, ...(signal === undefined ? {} : { signal }) });

  it('opens when the rules are written', async () => {
    const admitted: Arrival[] = [];
    admit = (arrived) => {
      admitted.push(arrived);
      return Promise.resolve();
    };
    assert.equal((await ask(JSON.stringify(arrival))).statusCode, 200);
    assert.deepEqual(admitted, [arrival]);
  });

  it('stays shut when they could not be, or nobody understands who comes', async () => {
    admit = () => Promise.reject(new Error('no API'));
    assert.equal((await ask(JSON.stringify(arrival))).statusCode, 503);
    admit = () => Promise.resolve();
    assert.equal((await ask('?')).statusCode, 503);
  });

  it('hears when nobody waits any more', async () => {
    const impatient = new AbortController();
    const heard = new Promise<void>((done) => {
      admit = (_, gone) => {
        impatient.abort();
        return once(gone, 'abort').then(() => done());
      };
    });
    await assert.rejects(ask(JSON.stringify(arrival), impatient.signal));
    await heard;
  });
});
