import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './cluster/command.ts';
import { imageArchive } from './cluster/images.ts';
import { runningCluster } from './cluster/lifecycle.ts';
import {
  apply,
  eventually,
  image,
  kubectl,
  namespace,
  powerOff,
  powerOn,
  request,
} from './support/cluster.ts';
import { claim, ingress, onNode, pod, service } from './support/objects.ts';

describe('The test cluster', () => {
  const space = namespace('story-cluster');
  const host = `plain.${space}.test`;
  const inPod = (name: string, code: string): Promise<string> =>
    kubectl(['exec', '-n', space, name, '--', 'node', '-e', code]);

  before(async () => {
    const example = await image('node-example-1');
    await apply(space, pod('plain', example), service('web', 'plain'), ingress('web', host));
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/plain', '--timeout=60s']);
  });

  it('serves a pod through a Service and an Ingress on loopback', async () => {
    const answer = await eventually('the ingress serves the pod', 20, async () => {
      const given = await request(host, '/version');
      return given.status === 200 ? given : undefined;
    });
    assert.deepEqual([answer.body, answer.headers['x-version']], ['1\n', '1']);
    assert.equal((await request(`other.${host}`, '/version')).status, 404);
  });

  it('admits restricted pods only where the namespace says so', async () => {
    const refused = apply(space, {
      ...pod('bare', 'any'),
      spec: { containers: [{ name: 'bare', image: 'any' }] },
    });
    await assert.rejects(refused, /violates PodSecurity "restricted/);
  });

  it('resolves Services by name in a pod, and reaches them', async () => {
    const address = await kubectl(['get', 'service', '-n', space, 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    for (const name of ['web', `web.${space}.svc.cluster.local`]) {
      const found = await inPod(
        'plain',
        `require('dns').lookup('${name}', (_, address) => console.log(address))`,
      );
      assert.equal(found.trim(), address);
    }
    assert.equal(
      await inPod('plain', `fetch('http://web/version').then((r) => r.text()).then(console.log)`),
      '1\n\n',
    );
  });

  it('has exec with exit codes, logs and top', async () => {
    await assert.rejects(inPod('plain', 'process.exit(7)'), /exit code 7/);
    assert.match(await kubectl(['logs', '-n', space, 'plain']), /version 1 listens/);
    const measured = await eventually('the pod is measured', 60, () =>
      kubectl(['top', 'pod', '-n', space, 'plain']),
    );
    assert.match(measured, /plain +\d+m +\d+Mi/);
    assert.match(await kubectl(['top', 'node']), /node1 +\d+m/);
  });

  it('puts the images of an archive into the nodes', async () => {
    const reference = `localhost/hostedsite-story/loaded:${Date.now()}`;
    const directory = mkdtempSync(join(tmpdir(), 'hostedsite-story-'));
    try {
      const archive = await renamedArchive(directory, reference);
      const script = fileURLToPath(new URL('cluster/load-image', import.meta.url));
      assert.equal((await run(script, [archive])).trim(), reference);
    } finally {
      rmSync(directory, { recursive: true });
    }
    await apply(space, pod('loaded', reference));
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/loaded', '--timeout=60s']);
    assert.equal(
      await inPod('loaded', `fetch('http://127.0.0.1:3000/version').then((r) => r.text()).then(console.log)`),
      '2\n\n',
    );
  });
});

describe("The test cluster's volumes", () => {
  const space = namespace('story-volumes');
  const write = (name: string, file: string, mebibytes: number): Promise<string> =>
    kubectl(['exec', '-n', space, name, '--', 'node', '-e', fill(file, mebibytes)]);
  const read = (name: string, code: string): Promise<string> =>
    kubectl(['exec', '-n', space, name, '--', 'node', '-p', code]);

  before(async () => {
    const example = await image('node-example-1');
    await apply(
      space,
      claim('shared', 'ReadWriteMany', '32Mi'),
      claim('own', 'ReadWriteOnce', '32Mi', 'fixed'),
    );
    await apply(
      space,
      pod('one', example, 'shared'),
      pod('two', example, 'shared'),
      pod('three', example, 'own'),
    );
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  });

  it('are written by two pods at once', async () => {
    await read('one', `fs.writeFileSync('/data/from-one', 'one')`);
    await read('two', `fs.appendFileSync('/data/from-one', ' and two')`);
    assert.equal(await read('one', `fs.readFileSync('/data/from-one', 'utf8')`), 'one and two\n');
  });

  it('keep their data when their pod is replaced', async () => {
    await read('three', `fs.writeFileSync('/data/kept', 'here')`);
    await kubectl(['delete', 'pod', '-n', space, 'three', '--now']);
    await apply(space, pod('three', await image('node-example-1'), 'own'));
    await kubectl(['wait', '-n', space, '--for=condition=Ready', 'pod/three', '--timeout=60s']);
    assert.equal(await read('three', `fs.readFileSync('/data/kept', 'utf8')`), 'here\n');
  });

  it('are full when their size is used up, and hold more once they have grown, without a restart', async () => {
    assert.equal(await write('one', 'a', 16), 'written\n');
    assert.equal(await write('one', 'b', 32), 'ENOSPC\n');
    await grow('shared', '96Mi');
    await eventually('the file system has grown', 60, async () => {
      const size = Number(
        await read(
          'two',
          `Math.round(fs.statfsSync('/data').blocks * fs.statfsSync('/data').bsize / 2 ** 20)`,
        ),
      );
      return size > 64 ? size : undefined;
    });
    assert.equal(await write('one', 'b', 32), 'written\n');
    const restarts = '{.status.containerStatuses[0].restartCount}';
    assert.equal(await kubectl(['get', 'pod', '-n', space, 'one', '-o', `jsonpath=${restarts}`]), '0');
    const capacity = ['get', 'pvc', '-n', space, 'shared', '-o', 'jsonpath={.status.capacity.storage}'];
    await eventually('the claim says so', 30, async () =>
      (await kubectl(capacity)) === '96Mi' ? true : undefined,
    );
  });

  it('of the class "fixed" do not grow', async () => {
    await assert.rejects(grow('own', '64Mi'), /storageclass that provisions the pvc must support resize/);
  });

  it('are gone from the disk with their claim', async () => {
    const name = await kubectl(['get', 'pvc', '-n', space, 'own', '-o', 'jsonpath={.spec.volumeName}']);
    const { volumes } = await runningCluster();
    const files = (): Promise<string> => run('find', [volumes, '-name', `*${name}*`]);
    assert.notEqual(await files(), '');
    await kubectl(['delete', 'pod/three', 'pvc/own', '-n', space, '--now']);
    await eventually('the files are gone', 30, async () => ((await files()) === '' ? true : undefined));
  });

  function grow(name: string, storage: string): Promise<string> {
    const patch = JSON.stringify({ spec: { resources: { requests: { storage } } } });
    return kubectl(['patch', 'pvc', '-n', space, name, '--patch', patch]);
  }
});

describe("The test cluster's node", () => {
  const space = namespace('story-node');
  const host = `plain.${space}.test`;
  const version = async (): Promise<string | undefined> => {
    const { status, body } = await request(host, '/version', { timeout: 3000 });
    return status === 200 ? body : undefined;
  };

  before(async () => {
    const objects = [
      claim('data', 'ReadWriteOnce', '32Mi'),
      onNode('node1', pod('plain', await image('node-example-1'), 'data')),
    ];
    await apply(space, ...objects, service('plain'), ingress('plain', host));
    await eventually('the ingress serves the pod', 60, version);
  });
  after(async () => {
    await powerOn();
    await eventually('the pod is served again', 90, version);
    const lookUp = `require('dns').lookup('plain', (error) => process.exit(error ? 1 : 0))`;
    await eventually('names are resolved again', 60, () =>
      kubectl(['exec', '-n', space, 'plain', '--', 'node', '-e', lookUp]),
    );
  });

  it('loses its pods with its power, and has them and their data again', async () => {
    await kubectl([
      'exec',
      '-n',
      space,
      'plain',
      '--',
      'node',
      '-e',
      `fs.writeFileSync('/data/file', 'kept')`,
    ]);
    await powerOff();
    await assert.rejects(version());
    await powerOn();
    await eventually('the pod is served again', 90, version);
    const read = ['exec', '-n', space, 'plain', '--', 'node', '-p', `fs.readFileSync('/data/file', 'utf8')`];
    assert.equal(await eventually('the pod runs', 30, () => kubectl(read)), 'kept\n');
  });
});

/** Code that writes a file of this size and says how that ended. */
function fill(file: string, mebibytes: number): string {
  const work = `for (let i = 0; i < ${mebibytes}; i++) fs.writeSync(f, Buffer.alloc(2 ** 20, 1)); fs.fsyncSync(f); console.log('written')`;
  return `const f = fs.openSync('/data/${file}', 'w'); try { ${work} } catch (e) { console.log(e.code) }`;
}

/** An archive that nobody has loaded before: one of ours under another name. */
async function renamedArchive(directory: string, reference: string): Promise<string> {
  await run('tar', ['-xf', imageArchive('node-example-2'), '-C', directory]);
  const file = join(directory, 'manifest.json');
  const [manifest] = JSON.parse(readFileSync(file, 'utf8')) as object[];
  writeFileSync(file, JSON.stringify([{ ...manifest, RepoTags: [reference] }]));
  const archive = join(directory, 'renamed.tar');
  await run('sh', ['-c', 'tar -cf renamed.tar --exclude=renamed.tar *'], { cwd: directory });
  return archive;
}
