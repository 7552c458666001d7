import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './cluster/command.ts';
import { knownPorts } from './cluster/forwarder.ts';
import { imageReference } from './cluster/images.ts';
import { currentInstance } from './cluster/lifecycle.ts';
import { powerOff } from './cluster/node.ts';
import { SecondCheckout } from './support/checkout.ts';
import { clusterEnvironment, eventually, kubectl, request } from './support/cluster.ts';
import { claim, pod } from './support/objects.ts';
import { isListening, machineNetwork, processes, remains, runs } from './support/remains.ts';

const second = new SecondCheckout();

describe("The life of a second checkout's cluster", function () {
  this.timeout(300_000);
  let networkBefore = '';

  before(async () => {
    second.make();
    await second.main('down');
    networkBefore = await machineNetwork();
  });
  after(async () => {
    await second.down();
    second.remove();
  });

  for (const { moment, mark } of [
    { moment: 'its control plane starts', mark: 'logs/kube-apiserver.log' },
    { moment: 'its nodes start', mark: 'nodes/node1/logs/kubelet.log' },
    { moment: 'its ports are open', mark: 'http.sock' },
  ]) {
    it(`a start that is killed while ${moment} does not count as a cluster`, async () => {
      const starter = second.start(['up']);
      const reached = eventually(mark, 120, () => Promise.resolve(second.has(mark) ? true : undefined));
      const early = starter.ended.then(({ said }) => assert.fail(`it ended by itself: ${said}`));
      await Promise.race([reached, early]);
      starter.kill();
      assert.equal((await starter.ended).signal, 'SIGKILL');
      assert.notDeepEqual(await remains(second.cluster), []);
      const { said } = await second.main('status');
      assert.match(said, /does not answer; the next start clears what is left/);
    });
  }

  it('the next start clears that and works; two starts at once do not', async () => {
    const before = processes(second.cluster);
    const [starter, other] = [second.start(['up']), second.start(['up'])];
    const outcomes = await Promise.all([starter.ended, other.ended]);
    const [worked, refused] = outcomes.sort((a, b) => (a.code ?? 9) - (b.code ?? 9));
    assert.equal(worked?.code, 0, worked?.said);
    assert.match(worked.said, /The cluster is up after \d+ s/);
    assert.deepEqual(
      [refused?.code, refused?.said],
      [1, 'Another process is starting or stopping this cluster: wait for it to end.\n'],
    );
    assert.deepEqual(before.filter(runs), []);
  });

  it('a start while it runs says so', async () => {
    const { code, said } = await second.main('up');
    assert.deepEqual([code, said.split('\n')[0]], [0, 'The cluster is running already.']);
  });

  it('a start brings back a node that was left without power', async () => {
    await powerOff(second.cluster, { name: 'node1' });
    const ingress = `http://127.0.0.1:${knownPorts(second.cluster)?.http}/`;
    await assert.rejects(fetch(ingress));
    assert.equal((await second.main('up')).code, 0);
    await eventually('the ingress answers again', 60, async () =>
      (await fetch(ingress)).status === 404 ? true : undefined,
    );
  });

  it('it runs beside the first one, and each answers at its own ports', async () => {
    const [first, other] = [knownPorts(currentInstance()), knownPorts(second.cluster)];
    assert.ok(first !== undefined && other !== undefined);
    assert.notEqual(second.cluster.id, currentInstance().id);
    assert.equal(new Set([...Object.values(first), ...Object.values(other)]).size, 6);
    assert.equal((await request('nobody.test', '/')).status, 404);
    assert.equal((await fetch(`http://127.0.0.1:${other.http}/`)).status, 404);
    const query = ['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}'];
    assert.notEqual(await kubectl(query), await kubectlOfSecond(query));
  });

  it('after a stop with --keep nothing runs, and the next start has the objects and the data', async () => {
    const image = imageReference('node-example-1');
    assert.equal((await second.main('image', 'node-example-1')).said.trim().split('\n').at(-1), image);
    const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note' }, data: { text: 'kept' } };
    const objects = [note, claim('data', 'ReadWriteOnce', '32Mi'), pod('writer', image, 'data')];
    for (const object of objects) await kubectlOfSecond(['apply', '-f', '-'], JSON.stringify(object));
    await kubectlOfSecond(['wait', '--for=condition=Ready', 'pod/writer', '--timeout=60s']);
    await kubectlOfSecond([
      'exec',
      'writer',
      '--',
      'node',
      '-e',
      `fs.writeFileSync('/data/file', 'kept too')`,
    ]);

    await stops('--keep');
    assert.match((await second.main('status')).said, /The cluster is down; its data is kept/);
    const { code, said } = await second.main('up');
    assert.equal(code, 0, said);

    assert.equal(await kubectlOfSecond(['get', 'configmap', 'note', '-o', 'jsonpath={.data.text}']), 'kept');
    const read = ['exec', 'writer', '--', 'node', '-p', `fs.readFileSync('/data/file', 'utf8')`];
    const found = await eventually('the pod runs again', 60, () => kubectlOfSecond(read));
    assert.equal(found, 'kept too\n');
  });

  it('a stop after a crash leaves nothing, on the disk neither', async () => {
    const victims = processes(second.cluster).filter(({ command }) =>
      /^\S*\/(etcd|containerd|kube-apiserver) /.test(command),
    );
    assert.ok(victims.length >= 3);
    for (const { pid } of victims) process.kill(pid, 'SIGKILL');
    await stops();
    assert.equal(second.has(), false);
    assert.match((await second.main('status')).said, /^The cluster is down\.$/m);
  });

  /** Stops it and looks for everything that was there before. */
  async function stops(...flags: string[]): Promise<void> {
    const ports = knownPorts(second.cluster);
    const ran = processes(second.cluster);
    assert.ok(ran.length > 10);
    const { code, said, seconds } = await second.main('down', ...flags);
    assert.equal(code, 0, said);
    assert.ok(seconds <= 15, `the stop took ${seconds} s`);
    assert.deepEqual(ran.filter(runs), []);
    assert.deepEqual(await remains(second.cluster), []);
    for (const port of Object.values(ports ?? {}) as number[]) assert.equal(await isListening(port), false);
    assert.equal(await machineNetwork(), networkBefore);
  }

  async function kubectlOfSecond(args: readonly string[], input = ''): Promise<string> {
    const env = { ...(await clusterEnvironment()), KUBECONFIG: join(second.cluster.directory, 'kubeconfig') };
    return run('kubectl', args, { env, input, timeout: 90_000 });
  }
});

describe('A cluster that cannot start', () => {
  let directory = '';

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'hostedsite-path-'));
    second.make();
  });
  after(() => {
    second.remove();
    rmSync(directory, { recursive: true });
  });

  it('says in one sentence that it needs root, for the start and for the stop', async () => {
    for (const command of ['up', 'down']) {
      const { code, said } = await second.start([command], {}, [
        'setpriv',
        '--reuid',
        '65534',
        '--clear-groups',
      ]).ended;
      assert.deepEqual(
        [code, said],
        [1, 'The test cluster makes namespaces and mounts: run this as root (sudo make cluster).\n'],
      );
    }
  });

  it('says in one sentence which tool is missing', async () => {
    const { code, said } = await second.start(['up'], { PATH: pathWithout('socat', 'apt-get') }).ended;
    const sentence =
      "These packages are missing: socat. Install them with your distribution's package manager.\n";
    assert.deepEqual([code, said], [1, sentence]);
  });

  it('says so as well when apt-get cannot bring it', async () => {
    const path = pathWithout('socat', 'apt-get');
    writeFileSync(join(path, 'apt-get'), '#!/bin/sh\n[ "$1" = --version ]\n', { mode: 0o755 });
    const { code, said } = await second.start(['up'], { PATH: path }).ended;
    assert.equal(code, 1);
    assert.match(
      said,
      /^installing Debian packages: socat\nThese packages are missing: socat\. apt-get did not bring them.*\n$/,
    );
  });

  it('says in one sentence that Go is missing', async () => {
    const { code, said } = await second.start(['up'], { PATH: pathWithout('go') }).ended;
    assert.deepEqual([code, said.split(':')[0], said.trim().split('\n').length], [1, 'Go is missing', 1]);
  });

  /** A directory with all programs of the PATH but these. */
  function pathWithout(...names: string[]): string {
    const path = join(directory, names.join('-'));
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    const known = new Set(names);
    for (const folder of (process.env.PATH ?? '').split(':').filter((entry) => entry.startsWith('/'))) {
      for (const program of programsIn(folder).filter((name) => !known.has(name))) {
        symlinkSync(join(folder, program), join(path, program));
        known.add(program);
      }
    }
    return path;
  }

  function programsIn(folder: string): string[] {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  }
});
