import { join } from 'node:path';
import { checkout } from '../cluster/instance.ts';
import { inCluster, operatorNamespace, release } from '../operator.ts';
import { eventually, kubectl } from './cluster.ts';

/** The operator itself, seen from outside: its pods, what it measures, what it logs. */

export interface OperatorPod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { containerStatuses?: { ready: boolean; restartCount: number }[] };
}

export const serviceAccount = `system:serviceaccount:${operatorNamespace}:${release}`;

/** Those that are not on their way out. */
export async function operatorPods(): Promise<OperatorPod[]> {
  const selector = `app.kubernetes.io/instance=${release}`;
  const { items } = JSON.parse(
    await kubectl(['get', 'pods', '-n', operatorNamespace, '-l', selector, '-o', 'json']),
  ) as { items: OperatorPod[] };
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export async function restarts(): Promise<number> {
  const statuses = (await operatorPods()).flatMap(({ status }) => status.containerStatuses ?? []);
  return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** What a pod of the operator answers on its HTTP port. */
export function answer(pod: string, path: string): Promise<string> {
  return kubectl(['get', '--raw', `/api/v1/namespaces/${operatorNamespace}/pods/${pod}:8080/proxy${path}`]);
}

/** Pod that holds the Lease; undefined when nobody does. */
export async function leader(): Promise<string | undefined> {
  const holder = await kubectl([
    ...['get', 'lease', release, '-n', operatorNamespace],
    ...['-o', 'jsonpath={.spec.holderIdentity}'],
  ]);
  return holder === '' ? undefined : holder.replace(/_[^_]*$/, '');
}

/** Sample → value, of one pod: `name{label="value"}`. */
export type Metrics = ReadonlyMap<string, number>;

export async function metrics(pod: string): Promise<Metrics> {
  const lines = (await answer(pod, '/metrics'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** Sum of the samples of a metric whose labels match. */
export function sum(samples: Metrics, name: string, labels = /.*/): number {
  const found = [...samples].filter(([sample]) => sample.replace(/\{.*/, '') === name && labels.test(sample));
  return found.reduce((total, [, value]) => total + value, 0);
}

/** All that the operator's pods have logged, oldest first within a pod. */
export async function logs(): Promise<string> {
  const pods = await operatorPods();
  const texts = await Promise.all(
    pods.map(({ metadata }) => kubectl(['logs', '-n', operatorNamespace, metadata.name])),
  );
  return texts.join('');
}

/** Every site has had a pass of this process, and none is waiting. */
export async function hasLookedAtAll(): Promise<void> {
  const sites = (await kubectl(['get', 'sites', '-A', '-o', 'name'])).trim().split('\n').length;
  await eventually('the operator has looked at every site', 40, async () => {
    const samples = await metrics((await leader()) ?? '');
    const isDone =
      sum(samples, 'workqueue_depth') === 0 && sum(samples, 'controller_runtime_active_workers') === 0;
    return isDone && sum(samples, 'controller_runtime_reconcile_total') >= sites ? true : undefined;
  });
}

/** The chart as it is installed, with these values changed, as `helm --set` reads them; the pods of before are gone. */
export async function upgraded(values: string): Promise<void> {
  const inNamespace = ['--namespace', operatorNamespace];
  const chart = join(checkout, 'charts/hostedsite-operator');
  const options = [...inNamespace, '--reuse-values', '--set', values, '--wait', '--timeout', '2m'];
  await inCluster('helm', ['upgrade', release, chart, ...options]);
  const path = 'jsonpath={.spec.replicas}';
  await eventually('pods of the version before are gone', 40, async () => {
    const pods = await kubectl(['get', 'pods', ...inNamespace, '-o', 'name']);
    const wanted = await kubectl(['get', 'deployment', release, ...inNamespace, '-o', path]);
    return pods.trim().split('\n').length === Number(wanted) ? true : undefined;
  });
}

/** Another pod than this one leads. */
export async function anotherLeads(before: string): Promise<void> {
  await eventually('another operator leads', 60, async () => {
    const now = await leader();
    const isThere = (await operatorPods()).some(({ metadata }) => metadata.name === now);
    return isThere && now !== before ? true : undefined;
  });
}
