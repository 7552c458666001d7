import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindsServed } from '../cluster/addons.ts';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { started } from '../support/started.ts';
import { controlPlanes, freePorts } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

/** Both charts, as a registry of images hands them out. */
describe('charts in an OCI registry', function () {
  this.timeout(120_000);
  const all = started();
  const start = controlPlanes(all);
  const directory = mkdtempSync(join(tmpdir(), 'hostedsite-oci-'));
  let programs: ReadonlyMap<string, string>;
  let plane: ControlPlane;
  let registry = '';

  const helm = (...args: string[]): Promise<string> =>
    run(join(programs.get('helm') ?? '', 'helm'), args, { cwd: directory });
  const kubectl = (args: readonly string[]): Promise<string> =>
    run(join(programs.get('kubernetes') ?? '', 'kubectl'), [`--kubeconfig=${plane.kubeconfig}`, ...args]);

  before(async () => {
    programs = builtPrograms();
    const [port = 0] = await freePorts(1);
    registry = `127.0.0.1:${port}`;
    const settings = {
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(directory, 'data') } },
      http: { addr: registry },
    };
    const file = join(directory, 'config.json');
    writeFileSync(file, JSON.stringify(settings));
    const program = join(programs.get('registry') ?? '', 'registry');
    // Dies with this process, however that ends.
    const command = ['--pdeathsig', 'KILL', program, 'serve', file];
    await all.start(
      () => spawn('setpriv', command, { stdio: 'ignore' }),
      (server) => server.kill('SIGKILL'),
    );
    await until('the registry answers', 15, async () =>
      (await fetch(`http://${registry}/v2/`)).ok ? true : undefined,
    );
    plane = await start({ controllers: false });
    await kubectl(['apply', '--server-side', '-f', join(checkout, 'crds/hostedsites.yaml')]);
    await kindsServed(kubectl);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  for (const name of ['hostedsite-operator', 'hosted-site'])
    it(`give ${name} back as it is, without what only its tests need`, async () => {
      const chart = join(checkout, 'charts', name);
      await helm('package', chart, '--destination', directory);
      await helm('push', `${name}-0.1.0.tgz`, `oci://${registry}/charts`, '--plain-http');
      const values = join(chart, 'ci', name === 'hosted-site' ? 'small-values.yaml' : 'default-values.yaml');
      const rendered = (from: string, ...more: string[]): Promise<string> =>
        helm('template', 'shop', from, '--namespace', 'shop', '--values', values, ...more);
      const pulled = await rendered(`oci://${registry}/charts/${name}`, '--version', '0.1.0', '--plain-http');
      assert.equal(pulled, await rendered(chart));
      const files = await run('tar', ['-tzf', join(directory, `${name}-0.1.0.tgz`)]);
      assert.match(files, /values\.schema\.json/);
      assert.doesNotMatch(files, /\/ci\/|\.ts$/m);
    });

  it('make a site without a checkout', async () => {
    await helm(
      ...['install', 'shop', `oci://${registry}/charts/hosted-site`, '--version', '0.1.0', '--plain-http'],
      ...['--set', 'spec.image=registry.example.org/shop:1,spec.hosts={shop.example}'],
      `--kubeconfig=${plane.kubeconfig}`,
    );
    const image = await kubectl(['get', 'hostedsite', 'shop', '-o', 'jsonpath={.spec.image}']);
    assert.equal(image, 'registry.example.org/shop:1');
  });
});
