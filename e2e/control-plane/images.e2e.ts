import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { spdxDocument } from '../../tools/images/spdx.ts';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { passwords, registryAccount } from '../cluster/registry.ts';
import { readArchive } from '../publish/archive.ts';
import { ofOperator } from '../publish/images.ts';
import { publish } from '../publish/publish.ts';
import type { Publication } from '../publish/publish.ts';
import { started } from '../support/started.ts';
import { freePorts } from './control-plane.ts';

const { username, password } = registryAccount;
const login = Buffer.from(`${username}:${password}`).toString('base64');
const ofChart = ['varnish', 'object-cache', 'mariadb', 'operator'];

/** Into a registry that asks for a password, as people push them; the image is small, its records are dpkg's. */
describe('images that are pushed', function () {
  this.timeout(120_000);
  const all = started();
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-publish-'));
  const archive = join(directory, 'image.tar');
  const storage = ['root', 'runroot'].map((name) => `--${name}=${join(directory, 'storage', name)}`);
  const dist = join(directory, 'dist');
  let registry = '';
  let env: NodeJS.ProcessEnv;

  const to = (more: Partial<Publication> = {}): Publication => ({
    ...{ registry: `${registry}/hostedsite`, version: '0.1.0', push: true, directory: dist },
    ...{ storage: ['--storage-driver=vfs', ...storage], env, ...more },
  });
  const image = (name: string) => ({ name, archive, packages: [] });
  const ask = (path: string): Promise<Response> =>
    fetch(`http://${registry}/v2/${path}`, {
      headers: {
        authorization: `Basic ${login}`,
        accept: 'application/vnd.docker.distribution.manifest.v2+json',
      },
    });
  const listText = (name: string): string => readFileSync(join(dist, 'sbom', `${name}.spdx.json`), 'utf8');
  const list = (name: string) => JSON.parse(listText(name)) as ReturnType<typeof spdxDocument>;

  before(async () => {
    const [port = 0] = await freePorts(1);
    registry = `127.0.0.1:${port}`;
    const file = (name: string, content: string): string => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    const htpasswd = { realm: 'registry', path: file('htpasswd', passwords) };
    const settings = {
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(directory, 'data') } },
      http: { addr: registry },
      auth: { htpasswd },
    };
    const program = join(builtPrograms(['registry']).get('registry') ?? '', 'registry');
    // Dies with this process, however that ends.
    const command = ['--pdeathsig', 'KILL', program, 'serve', file('config.json', JSON.stringify(settings))];
    await all.start(
      () => spawn('setpriv', command, { stdio: 'ignore' }),
      (server) => server.kill('SIGKILL'),
    );
    await until('the registry answers', 15, async () => ((await ask('')).ok ? true : undefined));
    env = {
      ...process.env,
      REGISTRY_AUTH_FILE: file('login.json', JSON.stringify({ auths: { [registry]: { auth: login } } })),
      CONTAINERS_REGISTRIES_CONF: file(
        'registries.conf',
        `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`,
      ),
    };
    await buildSmallImage();
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** Two layers: the records of the second stand for those of the first. */
  async function buildSmallImage(): Promise<void> {
    const dpkg = join(directory, 'context/var/lib/dpkg');
    mkdirSync(join(dpkg, 'status.d'), { recursive: true });
    mkdirSync(join(directory, 'context/usr/lib'), { recursive: true });
    writeFileSync(join(directory, 'context/usr/lib/os-release'), 'ID=debian\nVERSION_ID="13"\n');
    const record = (name: string, version: string): string =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
    writeFileSync(join(dpkg, 'status'), `${record('libc6', '2.40-1')}\n${record('apt', '3.0.3')}`);
    writeFileSync(join(directory, 'status'), record('libc6', '2.41-12+deb13u1'));
    writeFileSync(
      join(dpkg, 'status.d/memcached'),
      'Package: memcached\nVersion: 1.6.38-1\nArchitecture: amd64\n',
    );
    const lines = ['FROM scratch', 'COPY context /', 'COPY status /var/lib/dpkg/status', 'USER 65532:65532'];
    writeFileSync(join(directory, 'Containerfile'), lines.join('\n'));
    const flags = ['--storage-driver=vfs', ...storage];
    await run('buildah', [...flags, 'build', '--layers', '--tag', 'localhost/small:1', directory], { env });
    await run('buildah', [
      ...flags,
      'push',
      'localhost/small:1',
      `docker-archive:${archive}:localhost/small:1`,
    ]);
  }

  const wrong = Buffer.from(`${username}:wrong`).toString('base64');
  for (const [who, auths] of [
    ['without a login', () => ({})],
    ['with a wrong password', () => ({ [registry]: { auth: wrong } })],
  ] as const)
    it(`${who} are refused in one sentence, and nothing is there`, async () => {
      const logins = join(directory, 'others.json');
      writeFileSync(logins, JSON.stringify({ auths: auths() }));
      await assert.rejects(publish([image('varnish')], to({ env: { ...env, REGISTRY_AUTH_FILE: logins } })), {
        name: 'Refusal',
        message: new RegExp(
          `^${registry} lets nobody push .* buildah login ${registry}, .* REGISTRY_AUTH_FILE\\.$`,
        ),
      });
      assert.equal((await ask('hostedsite/varnish/tags/list')).status, 404);
      assert.ok(!existsSync(join(dist, 'images-values.yaml')));
      assert.deepEqual(readdirSync(join(dist, 'sbom')), []);
    });

  it('without PUSH=1 are listed, and nothing is there', async () => {
    assert.deepEqual(await publish([image('wordpress')], to({ push: false })), []);
    assert.equal((await ask('hostedsite/wordpress/tags/list')).status, 404);
    assert.ok(list('wordpress').documentNamespace.includes(`/${readArchive(archive).id}/`));
  });

  it('are in the registry what they were in the archive, under the digest that is told', async () => {
    const [told = ''] = await publish([image('varnish')], to());
    const answer = await ask('hostedsite/varnish/manifests/0.1.0');
    const manifest = await answer.text();
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    assert.equal(told, `${registry}/hostedsite/varnish@${digest}`);
    assert.equal(answer.headers.get('docker-content-digest'), digest);
    const { config, layers } = JSON.parse(manifest) as { config: { digest: string }; layers: unknown[] };
    assert.equal(config.digest, `sha256:${readArchive(archive).id}`);
    assert.equal(layers.length, 2);
    const blob = (await (await ask(`hostedsite/varnish/blobs/${config.digest}`)).json()) as {
      config: { User: string };
    };
    assert.equal(blob.config.User, '65532:65532');
  });

  it('are listed with what their last layer says of packages, and the digest', async () => {
    const before = listText('varnish');
    const [told = ''] = await publish([image('varnish')], to());
    const { packages, documentNamespace } = list('varnish');
    assert.deepEqual(
      packages.slice(1).map(({ externalRefs }) => externalRefs?.[0]?.referenceLocator),
      [
        'pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=amd64&distro=debian-13',
        'pkg:deb/debian/memcached@1.6.38-1?arch=amd64&distro=debian-13',
      ],
    );
    assert.ok(documentNamespace.includes(told.split('@sha256:')[1] ?? 'none'));
    assert.equal(listText('varnish'), before);
  });

  it('are what the chart names with the values of the push', async () => {
    const told = await publish(ofChart.map(image), to());
    assert.equal(told.length, ofChart.length);
    const helm = join(builtPrograms(['helm']).get('helm') ?? '', 'helm');
    const values = join(dist, 'images-values.yaml');
    const chart = join(checkout, 'charts/hostedsite-operator');
    const rendered = await run(helm, ['template', 'x', chart, '--skip-tests', '--values', values]);
    for (const reference of told) assert.ok(rendered.includes(`"${reference}"`), reference);
    assert.doesNotMatch(rendered, /localhost\/hostedsite/);
  });

  it('begin with a registry that can be one', async () => {
    const command = ['e2e/images.ts', '--registry=https://registry.example.org/Shop', '--push=1'];
    await assert.rejects(
      run(process.execPath, ['--disable-warning=ExperimentalWarning', ...command], { cwd: checkout }),
      /: REGISTRY is a name without a scheme: write REGISTRY=registry\.example\.org\/shop$/,
    );
  });

  it('hold of npm what the bundle of the operator is made of, and no development tool', async () => {
    const names = (await ofOperator()).map(({ name }) => name);
    for (const one of ['undici', '@kubernetes/client-node', '@prometheus-io/client', 'node'])
      assert.ok(names.includes(one), one);
    for (const one of ['esbuild', 'typescript', 'mocha', 'kubernetes-types'])
      assert.ok(!names.includes(one), one);
  });
});
