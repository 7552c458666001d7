import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlPlane } from '../e2e/control-plane/control-plane.ts';
import { until } from '../e2e/cluster/command.ts';
import { checkout } from '../e2e/cluster/instance.ts';
import { Api } from './api.ts';
import type { KubernetesObject } from './children.ts';
import { requests } from './api-requests.ts';
import type { Requests } from './api-requests.ts';
import { samples } from './samples.ts';
import { classes, operatorNamespace } from './site.ts';
import { readYAML } from '../operator/api/yaml.ts';

/** Sites of one customer lie in one namespace. */
const sitesInNamespace = 10;
const account = 'hostedsite-operator';

/** A fresh control plane with our API, one service account for every subject, and namespaces for sites. */
export class BenchCluster {
  readonly plane: ControlPlane;
  readonly api: Api;
  /** Directory with `token` and `ca.crt`, as the kubelet puts it into a pod. */
  readonly account: string;

  private constructor(plane: ControlPlane, api: Api, accountDirectory: string) {
    this.plane = plane;
    this.api = api;
    this.account = accountDirectory;
  }

  static async start(sites: number): Promise<BenchCluster> {
    const plane = await ControlPlane.start({ controllers: false });
    try {
      const { authority, token } = await identity(plane);
      const directory = join(plane.directory, 'account');
      mkdirSync(directory, { mode: 0o700 });
      writeFileSync(join(directory, 'token'), token);
      writeFileSync(join(directory, 'ca.crt'), authority);
      const cluster = new BenchCluster(plane, new Api({ server: plane.server, authority, token }), directory);
      await cluster.#furnish(sites);
      return cluster;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.api.close();
    await this.plane.stop();
  }

  /** Counters of the API server; the difference of two is what happened between. */
  async requests(): Promise<Requests> {
    return requests(samples(await this.api.text('/metrics')));
  }

  get pids(): { apiServer: number; etcd: number } {
    return { apiServer: this.plane.pid('kube-apiserver') ?? 0, etcd: this.plane.pid('etcd') ?? 0 };
  }

  async #furnish(sites: number): Promise<void> {
    // The server makes its own roles in its first seconds.
    await until('the account has its rights', 30, () => this.api.count('StorageClass', '').then(() => true));
    for (const object of classes) await this.api.create(structuredClone(object));
    const crd = readYAML(readFileSync(join(checkout, 'crds/hostedsites.yaml'), 'utf8')) as object;
    await this.api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    const namespaces = new Set(Array.from({ length: sites }, (_, index) => siteName(index).namespace));
    for (const name of namespaces) await this.api.create(namespaceOf(name));
    await until('HostedSites are served', 30, () => this.api.count('HostedSite', '').then(() => true));
  }
}

/** Where the n-th site lies. */
export function siteName(index: number): { namespace: string; name: string } {
  return { namespace: `customer-${Math.floor(index / sitesInNamespace)}`, name: `site-${index}` };
}

/** All rights: what a role costs to evaluate is the same for all. Unlike the administrator, subject to the server's fairness. */
async function identity({ client, admin }: ControlPlane): Promise<{ authority: string; token: string }> {
  const { tls } = await admin();
  const post = (path: string, body: object): Promise<unknown> =>
    client.request({ method: 'POST', path, body, idempotent: false });
  await post('/api/v1/namespaces', namespaceOf(operatorNamespace));
  const accounts = `/api/v1/namespaces/${operatorNamespace}/serviceaccounts`;
  await post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } });
  await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: account },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: operatorNamespace }],
  });
  const answer = await post(`${accounts}/${account}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 24 * 3600 },
  });
  return { authority: tls.ca ?? '', token: (answer as { status: { token: string } }).status.token };
}

function namespaceOf(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
