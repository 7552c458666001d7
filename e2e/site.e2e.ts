import assert from 'node:assert/strict';
import { eventually, apply, image, kubectl, namespace, request } from './support/cluster.ts';
import {
  applyAndWait,
  children,
  condition,
  hostedSite,
  operator,
  site,
  stalledFor,
  wait,
} from './support/site.ts';
import { turns, visitDuring } from './support/visits.ts';

const host = 'hello.example';

/** The ingress controller takes up a new host, or new pods, a moment after Kubernetes has them. */
function served(): Promise<true> {
  return eventually('the ingress has taken the site up', 15, async () => {
    for (let visit = 0; visit < 20; visit += 1) {
      const { status } = await request(host, '/version');
      if (status !== 200) return undefined;
    }
    return true;
  });
}

describe('a site of the preset Generic', function () {
  operator();
  const ns = namespace('story-site');
  const hello = (spec: Record<string, unknown>): object => hostedSite('hello', { hosts: [host], ...spec });
  const change = (spec: object): Promise<string> =>
    kubectl(['patch', 'hostedsite', 'hello', '-n', ns, '--type=merge', '-p', JSON.stringify({ spec })]);
  const seen = (): Promise<true> =>
    eventually('the status is about the newest spec', 20, async () => {
      const { metadata, status } = await site(ns, 'hello');
      return status?.observedGeneration === metadata.generation ? true : undefined;
    });
  let first = '';
  let second = '';

  before(async () => {
    first = await image('node-example-1');
    second = await image('node-example-2');
    await applyAndWait(ns, hello({ image: first }));
  });

  it('serves through the ingress', async () => {
    await served();
    const { status, body } = await request(host, '/version');
    assert.deepEqual([status, body], [200, '1\n']);
  });

  it('shows in kubectl get sites what a person wants to know', async () => {
    const [header = '', row = ''] = (await kubectl(['get', 'sites', '-n', ns])).split('\n');
    assert.match(header, /^NAME\s+PRESET\s+READY\s+AVAILABLE\s+VERSION\s+URL\s+REPLICAS\s+STATUS\s+AGE/);
    assert.match(row, /^hello\s+Generic\s+True\s+True\s+\S*node-example-1.*http:\/\/hello\.example\/\s+1\s+/);
  });

  it('is explained by kubectl', async () => {
    assert.match(await kubectl(['explain', 'hostedsite.spec.cache']), /ttl/);
    const named = { ...hello({ image: first }), kind: 'Site' };
    await assert.rejects(apply(ns, named), /no matches for kind "Site"/);
  });

  it('is not written again when it is applied again', async () => {
    const before = await children(ns, 'hello');
    assert.ok(before.size >= 6, [...before.keys()].join());
    await apply(ns, hello({ image: first }));
    await kubectl(['annotate', 'hostedsite', 'hello', '-n', ns, `story=${Date.now()}`, '--overwrite']);
    const marker = await kubectl(['create', 'configmap', 'marker', '-n', ns]);
    assert.match(marker, /created/);
    // Something that the operator must do after it has seen the annotation: when that is done, it has looked.
    await kubectl(['delete', 'service', 'hello-web', '-n', ns]);
    await eventually('the Service is back', 20, async () =>
      (await children(ns, 'hello')).has('Service/hello-web') ? true : undefined,
    );
    const after = await children(ns, 'hello');
    for (const map of [before, after]) map.delete('Service/hello-web');
    assert.deepEqual(after, before);
  });

  it('repairs each child that is deleted or edited', async () => {
    for (const child of [
      'deployment/hello-web',
      'service/hello-web',
      'ingress/hello',
      'serviceaccount/hello-web',
    ]) {
      await kubectl(['delete', child, '-n', ns, '--wait']);
      await eventually(`${child} is back`, 20, () => kubectl(['get', child, '-n', ns]));
    }
    await kubectl([
      'patch',
      'service',
      'hello-web',
      '-n',
      ns,
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/selector","value":{"x":"y"}}]',
    ]);
    await eventually('the Service selects again', 20, async () => {
      const selector = await kubectl([
        'get',
        'service',
        'hello-web',
        '-n',
        ns,
        '-o',
        'jsonpath={.spec.selector}',
      ]);
      return selector.includes('"app.kubernetes.io/instance":"hello"') && !selector.includes('"x"')
        ? true
        : undefined;
    });
    await kubectl(['scale', 'deployment', 'hello-web', '-n', ns, '--replicas=3']);
    await eventually('the Deployment has one replica again', 20, async () => {
      const replicas = await kubectl([
        'get',
        'deployment',
        'hello-web',
        '-n',
        ns,
        '-o',
        'jsonpath={.spec.replicas}',
      ]);
      return replicas === '1' ? true : undefined;
    });
    await wait(ns, 'hello', 'Ready');
    // The Service was without its pods for a moment.
    await served();
  });

  it('rolls to a new image without a failed request, and Ready means that the new one answers', async () => {
    const visits = await visitDuring(
      host,
      async () => {
        await applyAndWait(ns, hello({ image: second }));
        const { body } = await request(host, '/version');
        assert.equal(body, '2\n');
      },
      '/version',
    );
    assert.ok(visits.length > 20, `only ${visits.length} visits`);
    assert.deepEqual(turns(visits), [200]);
  });

  it('is restarted by kubectl rollout restart, which is no release and is not taken back', async () => {
    const pods = async (): Promise<string[]> => {
      const web = 'app.kubernetes.io/instance=hello,app.kubernetes.io/component=web';
      const path = 'jsonpath={.items[?(@.status.phase=="Running")].metadata.uid}';
      return (await kubectl(['get', 'pods', '-n', ns, '-l', web, '-o', path])).split(' ');
    };
    const deployment = ['deployment/hello-web', '-n', ns];
    const [before, running] = [await pods(), (await site(ns, 'hello')).status?.release?.running];
    await kubectl(['rollout', 'restart', ...deployment]);
    await kubectl(['rollout', 'status', ...deployment, '--timeout=60s']);
    // When this is repaired, the operator has looked.
    await kubectl(['delete', 'serviceaccount', 'hello-web', '-n', ns]);
    await eventually('the ServiceAccount is back', 20, () =>
      kubectl(['get', 'serviceaccount', 'hello-web', '-n', ns]),
    );
    const path = 'jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}';
    assert.notEqual(await kubectl(['get', ...deployment, '-o', path]), '');
    assert.ok(
      (await pods()).some((uid) => !before.includes(uid)),
      'no pod is new',
    );
    const object = await site(ns, 'hello');
    assert.deepEqual(object.status?.release?.running, running);
    for (const type of ['Ready', 'RenderingCurrent'])
      assert.equal(condition(object, type)?.status, 'True', type);
  });

  it('keeps serving when the image cannot be pulled, and says so within 30 s', async () => {
    await apply(ns, hello({ image: 'localhost/hostedsite/no-such-image:1' }));
    const message = await stalledFor(ns, 'hello', 'ImagePullFailed', 30);
    assert.match(message, /no-such-image/);
    const object = await site(ns, 'hello');
    assert.equal(condition(object, 'Available')?.status, 'True');
    assert.equal(condition(object, 'Ready')?.status, 'False');
    assert.equal((await request(host, '/version')).body, '2\n');
  });

  it('keeps serving when the new image crashes, and recovers by a good one', async () => {
    await apply(ns, hello({ image: second, web: { command: ['node', '-e', 'process.exit(3)'] } }));
    await stalledFor(ns, 'hello', 'ContainerCrashing', 30);
    assert.equal((await request(host, '/version')).body, '2\n');
    await applyAndWait(ns, hello({ image: first }));
    assert.equal((await request(host, '/version')).body, '1\n');
    assert.equal(condition(await site(ns, 'hello'), 'Stalled'), undefined);
  });

  it('scales with kubectl scale', async () => {
    await kubectl(['scale', 'hostedsite', 'hello', '-n', ns, '--replicas=2']);
    await wait(ns, 'hello', 'Ready');
    const { status } = await site(ns, 'hello');
    assert.equal(status?.replicas, 2);
    const ready = await kubectl([
      'get',
      'deployment',
      'hello-web',
      '-n',
      ns,
      '-o',
      'jsonpath={.status.availableReplicas}',
    ]);
    assert.equal(ready, '2');
  });

  it('leaves everything as it is while suspended', async () => {
    await change({ suspend: true });
    await seen();
    await kubectl(['delete', 'ingress', 'hello', '-n', ns]);
    await change({ replicas: 1 });
    await seen();
    assert.equal((await children(ns, 'hello')).has('Ingress/hello'), false);
    await change({ suspend: false });
    await eventually('the Ingress is back', 20, () => kubectl(['get', 'ingress', 'hello', '-n', ns]));
    await wait(ns, 'hello', 'Ready');
  });

  it('goes away with its HostedSite', async () => {
    await kubectl(['delete', 'hostedsite', 'hello', '-n', ns]);
    await eventually('nothing of it is left', 60, async () =>
      (await children(ns, 'hello')).size === 0 ? true : undefined,
    );
  });
});
