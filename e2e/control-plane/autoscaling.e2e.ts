import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { HostedSiteStatus } from '../../operator/kinds/hosted-site/hosted-site.ts';
import { until } from '../cluster/command.ts';
import { Incarnation } from '../faults/incarnation.ts';
import type { LivePod } from '../faults/world-pods.ts';
import { podStatus } from '../faults/world-pods.ts';
import { started } from '../support/started.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { readYAML } from '../../operator/api/yaml.ts';

interface Live {
  metadata: { resourceVersion: string };
  status?: HostedSiteStatus;
}

/** Kubernetes' own autoscaler where nobody measures pods; they run because this story says so. */
describe('an autoscaler without the metrics API', function () {
  this.timeout(120_000);
  const all = started();
  const start = controlPlanes(all);
  let plane: ControlPlane;
  let operator: Incarnation;
  const site = '/apis/hostedsite.dev/v1alpha1/namespaces/a/hostedsites/shop';
  const autoscaler = '/apis/autoscaling/v2/namespaces/a/horizontalpodautoscalers/shop-web';
  /** As it is after so many minutes. */
  const starts = async (number: number, minutes: number): Promise<void> => {
    const life = { operatorNamespace: 'operator', number, lease: number, speed: 8, ahead: minutes * 60_000 };
    operator = await all.run(() => new Incarnation({ access: plane.admin, ...life }));
  };

  before(async () => {
    plane = await start({ controllers: true, autoscaler: true });
    const crd: unknown = readYAML(
      readFileSync(new URL('../../crds/hostedsites.yaml', import.meta.url), 'utf8'),
    );
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    for (const name of ['a', 'operator'])
      await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    await post('/apis/networking.k8s.io/v1/ingressclasses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'any', annotations },
      spec: { controller: 'example.org/any' },
    });
    await starts(1, 0);
  });

  const get = async <T>(path: string): Promise<T> =>
    (await plane.client.request({ method: 'GET', path, idempotent: true })) as T;
  const post = (path: string, body: unknown): Promise<unknown> =>
    plane.client.request({ method: 'POST', path, body, idempotent: false });
  const tell = (path: string, status: unknown): Promise<unknown> => {
    const contentType = 'application/merge-patch+json';
    const body = { status };
    const to = `${path}/status`;
    return plane.client.request({ method: 'PATCH', path: to, body, contentType, idempotent: false });
  };

  /** Waits until the condition says so, and returns the sentence. */
  function told(type: string, verdict: string): Promise<string> {
    let last: unknown;
    return until(`${type} is ${verdict}`, 30, async () => {
      await runPods();
      const conditions = (await get<Live>(site)).status?.conditions;
      last = conditions;
      const one = conditions?.find((candidate) => candidate.type === type);
      return `${one?.status}/${one?.reason}` === verdict ? one?.message : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}; ${operator.complaints.join('; ')}`);
    });
  }

  /** What ScalingActive was each time that the site was written. */
  async function writtenSince(resourceVersion: string): Promise<(string | undefined)[]> {
    const path = site.replace(/\/shop$/, '');
    const query = { watch: 'true', resourceVersion, timeoutSeconds: '1' };
    const signal = AbortSignal.timeout(10_000);
    const lines = (await text(await plane.client.stream({ path, query, signal }))).trim().split('\n');
    return lines.map((line) => {
      const { object } = JSON.parse(line) as { object: Live };
      return object.status?.conditions?.find(({ type }) => type === 'ScalingActive')?.status;
    });
  }

  /** There is no kubelet. */
  async function runPods(): Promise<void> {
    const { items } = await get<{ items: LivePod[] }>('/api/v1/namespaces/a/pods');
    for (const pod of items) {
      const status = podStatus(pod, [], new Date());
      if (status !== undefined) await tell(`/api/v1/namespaces/a/pods/${pod.metadata.name}`, status);
    }
  }

  it('is waited for at first', async () => {
    await until('the site is accepted', 10, async () => {
      await post(site.replace(/\/shop$/, ''), {
        apiVersion: 'hostedsite.dev/v1alpha1',
        kind: 'HostedSite',
        metadata: { name: 'shop' },
        spec: {
          image: 'registry.example.org/shop:1',
          hosts: ['shop.example.org'],
          autoscaling: { minReplicas: 1, maxReplicas: 3 },
        },
      });
      return true;
    });
    await told('Ready', 'True/Serving');
    await until('Kubernetes has no measurements', 20, async () =>
      JSON.stringify(await get(autoscaler)).includes('"FailedGetResourceMetric"') ? true : undefined,
    );
    await operator.rested(1);
    await told('ScalingActive', 'Unknown/Progressing');
  });

  it('is told after two minutes, with what is missing, and the site is Ready all the same', async () => {
    await operator.stop();
    await starts(2, 3);
    const said = await told('ScalingActive', 'False/FailedGetResourceMetric');
    assert.match(said, /the cluster has no metrics API \(metrics-server\)/);
    await told('Ready', 'True/Serving');
  });

  it('costs nothing while it goes on, and is over when it is', async () => {
    // From here on this story is the autoscaler.
    await plane.kill('kube-controller-manager');
    const { resourceVersion } = (await get<Live>(site)).metadata;
    const says = (status: string, reason: string, message: string) => {
      const lastTransitionTime = new Date().toISOString();
      const active = { type: 'ScalingActive', status, reason, message, lastTransitionTime };
      const able = { ...active, type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' };
      return tell(autoscaler, { currentReplicas: 1, desiredReplicas: 1, conditions: [able, active] });
    };
    await says('False', 'FailedGetResourceMetric', 'in other words');
    await says('False', 'FailedGetResourceMetric', 'and in others again');
    await says('True', 'ValidMetricFound', 'measured');
    await told('ScalingActive', 'True/ValidMetricFound');
    assert.deepEqual(await writtenSince(resourceVersion), ['True']);
  });

  it('has no part in a boost, which is over also when no operator was there at its end', async () => {
    const endTime = new Date(Date.now() + 3_600_000).toISOString();
    await post(site.replace(/\/shop$/, ''), boosted(endTime));
    await wants(3);
    await operator.stop();
    await starts(3, 120);
    await wants(1);
  });

  function boosted(endTime: string): object {
    const image = 'registry.example.org/shop:1';
    const spec = { image, hosts: ['more.example.org'], boost: { replicas: 3, endTime } };
    return {
      apiVersion: 'hostedsite.dev/v1alpha1',
      kind: 'HostedSite',
      metadata: { name: 'more' },
      spec,
    };
  }

  function wants(replicas: number): Promise<true> {
    return until(`the Deployment wants ${replicas}`, 30, async () => {
      const deployment = await get<{ spec: { replicas: number } }>(
        '/apis/apps/v1/namespaces/a/deployments/more-web',
      );
      return deployment.spec.replicas === replicas ? true : undefined;
    });
  }
});
