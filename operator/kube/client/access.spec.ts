import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inClusterAccess } from './access.ts';
import { kubeconfigAccess } from './api-client.ts';

describe('access', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'access-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("in the cluster is the pod's service account, read anew each time", async () => {
    await writeFile(join(directory, 'token'), 'first\n');
    await writeFile(join(directory, 'ca.crt'), 'PEM');
    const access = inClusterAccess({ host: '10.0.0.1', port: '443', directory });
    assert.deepEqual(await access(), {
      server: 'https://10.0.0.1:443',
      authorization: 'Bearer first',
      tls: { ca: 'PEM' },
    });
    await writeFile(join(directory, 'token'), 'second\n');
    assert.equal((await access()).authorization, 'Bearer second');
    await rm(join(directory, 'token'));
    await assert.rejects(access(), /ENOENT/);
  });

  it('in the cluster may be by IPv6', async () => {
    await writeFile(join(directory, 'token'), 't');
    await writeFile(join(directory, 'ca.crt'), 'PEM');
    assert.equal(
      (await inClusterAccess({ host: 'fd00::1', port: '6443', directory })()).server,
      'https://[fd00::1]:6443',
    );
  });

  it('by a kubeconfig follows the file, its contexts and ways to log in', async function () {
    // Loading the client library takes half a second and more on a busy machine.
    this.timeout(30_000);
    const path = join(directory, 'config');
    const config = (token: string): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'one',
        clusters: [
          {
            name: 'a',
            cluster: { server: 'https://a.example.org:6443/', 'certificate-authority-data': 'UEVN' },
          },
          { name: 'b', cluster: { server: 'https://b.example.org', 'insecure-skip-tls-verify': true } },
        ],
        users: [{ name: 'u', user: { token } }],
        contexts: [
          { name: 'one', context: { cluster: 'a', user: 'u' } },
          { name: 'two', context: { cluster: 'b', user: 'u' } },
        ],
      });
    await writeFile(path, config('first'));
    const one = kubeconfigAccess(path);
    const { server, authorization, tls } = await one();
    assert.deepEqual([server, authorization, tls.ca], ['https://a.example.org:6443', 'Bearer first', 'PEM']);
    const two = await kubeconfigAccess(path, 'two')();
    assert.deepEqual([two.server, two.tls.rejectUnauthorized], ['https://b.example.org', false]);
    await writeFile(path, config('second'));
    await (await import('node:fs/promises')).utimes(path, new Date(), new Date(Date.now() + 10_000));
    assert.equal((await one()).authorization, 'Bearer second');
    await assert.rejects(kubeconfigAccess(path, 'nothing')(), /names no current cluster/);
  });
});
