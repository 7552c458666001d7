import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../operator/components/component.ts';
import { writeYAML } from '../operator/api/yaml.ts';
import { run } from './cluster/command.ts';
import { checkout } from './cluster/instance.ts';
import { apply, clusterEnvironment, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { children, operator, takenUp, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

const argo = 'argocd-controller';
const flux = 'kustomize-controller';
const small = { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: 1, memory: '0.25Gi' } };
const waits = "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000)";

/** With lists, quantities that Kubernetes writes otherwise, and fields whose defaults it has or the operator. */
const spec = (reference: string) => ({
  image: reference,
  hosts: ['in-sync.example', 'www.in-sync.example'],
  environment: 'Staging',
  deletionPolicy: 'Delete',
  replicas: 1,
  web: {
    port: 3000,
    env: [
      { name: 'GREETING', value: '' },
      { name: 'app.mode', value: 'on' },
    ],
    generatedEnv: ['SECRET_KEY'],
    resources: small,
  },
  rollout: { maxSurge: '25%', terminationGracePeriodSeconds: 3 },
  cache: { memory: '16Mi', ttl: '10m', grace: '24h', ignoreCookies: ['session_id'], passPaths: ['/cart'] },
  files: { size: '20Mi', mountPath: '/data' },
  route: { redirectToCanonicalHost: true, trustedProxies: ['203.0.113.0/24'] },
  egress: { mode: 'Restricted', to: [{ cidr: '10.20.0.0/16', ports: [{ port: 5432 }] }] },
  cron: [{ name: 'nightly', schedule: 'H H(0-7) * * *', command: ['node', '-e', '0'] }],
  workers: [{ name: 'mail', command: ['node', '-e', waits], replicas: 1, resources: small }],
});

/** What Argo CD and Flux look at again and again: is there what Git says? */
describe('what is applied from Git', function () {
  this.timeout(150_000);
  operator();
  const ns = namespace('story-in-sync');
  const labels = { 'app.kubernetes.io/instance': 'sites', team: 'web' };
  let site: Manifest;

  const task = {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'SiteTask',
    metadata: { name: 'once' },
    spec: { siteName: 'in-sync', command: ['node', '-e', '0'] },
  };

  const applied = (object: object, manager: string, ...more: readonly string[]): Promise<string> =>
    kubectl(
      ['apply', '--server-side', `--field-manager=${manager}`, '-n', ns, '-f', '-', ...more],
      writeYAML(object),
    );
  /** Fails with the difference, if there is one. */
  const noDifference = async (object: object, more: readonly string[]): Promise<string> =>
    run('sh', ['-c', 'kubectl diff "$@" >&2', 'sh', ...more, '-n', ns, '-f', '-'], {
      ...{ env: await clusterEnvironment(), timeout: 60_000 },
      input: writeYAML(object),
    });
  const bySite = ['--server-side', `--field-manager=${argo}`];
  const live = async ({ kind, metadata: { name } }: Manifest): Promise<Manifest> =>
    JSON.parse(await kubectl(['get', kind, name, '-n', ns, '-o', 'json'])) as Manifest;

  before(async function () {
    this.timeout(300_000);
    const reference = await image('node-example-1');
    const annotations = { 'example.org/owner': 'web' };
    const metadata = { name: 'in-sync', labels, annotations };
    site = {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      ...{ metadata, spec: spec(reference) },
    };
    await applied(site, argo);
    await wait(ns, 'in-sync', 'Ready', 240);
    // Ready waits for neither, and what follows asks for a site at rest.
    await wait(ns, 'in-sync', 'WorkersReady', 60);
    await takenUp('in-sync.example');
  });

  /** Of an object what a person writes, and what Kubernetes counts changes of it by. */
  function written({ apiVersion, kind, metadata, spec: whole }: Manifest): object {
    const {
      resourceVersion: _version,
      managedFields: _managers,
      ...rest
    } = metadata as Manifest['metadata'] & {
      resourceVersion?: string;
      managedFields?: unknown;
    };
    return { apiVersion, kind, metadata: rest, spec: whole };
  }

  /** A status that is written between its two questions is no difference of what Git says: it asks again then. */
  const isSame = (object: Manifest, ...more: readonly string[]): Promise<true> =>
    eventually('kubectl diff finds nothing', 20, async () => {
      await noDifference(object, more);
      return true as const;
    });

  async function isInSync(object: Manifest): Promise<void> {
    const dry = JSON.parse(await applied(object, argo, '--dry-run=server', '-o', 'json')) as Manifest;
    assert.deepEqual(written(dry), written(await live(object)));
    await isSame(object, ...bySite);
  }

  it('is a site that has no field, label, annotation or finalizer but those of its file', async () => {
    const { metadata, spec: there } = await live(site);
    assert.deepEqual(there, site['spec']);
    assert.deepEqual(metadata.labels, labels);
    assert.deepEqual(metadata.annotations, site.metadata.annotations);
    assert.deepEqual(metadata.finalizers ?? [], []);
    assert.equal(metadata.generation, 1);
  });

  it('is a site that its file would not change', () => isInSync(site));

  it('is a site that a second tool applies too: no conflict, no new generation, and nothing of it is written', async () => {
    const [before, objects] = [await live(site), await children(ns, 'in-sync')];
    assert.ok(objects.size > 8);
    await applied(site, flux);
    await applied(site, argo);
    const after = await live(site);
    assert.deepEqual(written(after), written(before));
    assert.deepEqual(after['status'], before['status']);
    assert.deepEqual(await children(ns, 'in-sync'), objects);
    await isInSync(site);
  });

  it('is a task that has run, and is not run again', async () => {
    await applied(task, argo);
    await kubectl(['wait', 'sitetask/once', '-n', ns, '--for=condition=Succeeded', '--timeout=90s']);
    const before = await live(task);
    await isInSync(task);
    await applied(task, flux);
    await applied(task, argo);
    const after = await live(task);
    assert.deepEqual(written(after), written(before));
    assert.deepEqual(after['status'], before['status']);
  });

  it('is a site that is applied from the client, as Argo CD does it when nobody says otherwise', async () => {
    const other = smallSite('in-sync-too', await image('node-example-1')) as Manifest;
    const fromClient = (): Promise<string> => kubectl(['apply', '-n', ns, '-f', '-'], writeYAML(other));
    await fromClient();
    await wait(ns, 'in-sync-too', 'Ready');
    assert.match(await fromClient(), /^hostedsite\S*\/in-sync-too unchanged$/m);
    await isSame(other);
  });
});

describe('the page about GitOps', function () {
  operator();
  const ns = namespace('argocd');

  it('has a command that tells a running Argo CD what our kinds are like', async () => {
    const page = readFileSync(join(checkout, 'docs/use/gitops.md'), 'utf8');
    const [, command = ''] = /```sh\n([^]*?)```/.exec(page) ?? [];
    const data = { url: 'https://argocd.example' };
    await apply(ns, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm' }, data });
    await run('sh', ['-ec', command], { cwd: checkout, env: await clusterEnvironment() });
    const map = JSON.parse(await kubectl(['get', 'configmap', 'argocd-cm', '-n', ns, '-o', 'json'])) as {
      data: Record<string, string>;
    };
    assert.deepEqual(Object.keys(map.data).sort(), [
      'resource.customizations.health.hostedsite.dev_HostedSite',
      'resource.customizations.health.hostedsite.dev_SiteTask',
      'url',
    ]);
    const script = readFileSync(
      join(checkout, 'ci/argo-cd/resource_customizations/hostedsite.dev/HostedSite/health.lua'),
      'utf8',
    );
    assert.equal(map.data['resource.customizations.health.hostedsite.dev_HostedSite'], script);
  });
});
