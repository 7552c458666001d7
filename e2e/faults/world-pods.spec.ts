import assert from 'node:assert/strict';
import { needs, nextOfCommand, podStatus } from './world-pods.ts';
import type { LivePod } from './world-pods.ts';

const now = new Date('2026-01-01T00:00:00.123Z');

function pod(
  spec: Record<string, unknown> = {},
  owner = 'ReplicaSet',
  status: LivePod['status'] = {},
): LivePod {
  const ownerReferences = [{ apiVersion: '', kind: owner, name: 'x', uid: 'x' }];
  const containers = [{ name: 'application', image: 'shop:1' }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ownerReferences },
    spec: { containers, ...spec },
    status,
  };
}

describe('the status of a pod', () => {
  it('is ready at once, its sidecars too', () => {
    const status = podStatus(pod({ initContainers: [{ name: 'varnish', image: 'varnish:1' }] }), [], now)!;
    assert.equal(status.phase, 'Running');
    assert.deepEqual(
      status.containerStatuses?.map(({ name, ready }) => [name, ready]),
      [['application', true]],
    );
    assert.deepEqual(
      status.initContainerStatuses?.map(({ name, ready }) => [name, ready]),
      [['varnish', true]],
    );
    const ready = status.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.lastTransitionTime], ['True', '2026-01-01T00:00:00Z']);
  });

  it('is written once', () => {
    const status = podStatus(pod(), [], now)!;
    assert.equal(podStatus(pod({}, 'ReplicaSet', status), [], new Date()), undefined);
  });

  it('tells an image that does not exist', () => {
    const status = podStatus(pod({ containers: [{ name: 'application', image: 'bad:2' }] }), [], now)!;
    assert.equal(status.phase, 'Pending');
    assert.equal(status.containerStatuses?.[0]?.state?.waiting?.reason, 'ErrImagePull');
    assert.match(status.containerStatuses[0].state.waiting.message ?? '', /bad:2.*not found/);
    assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.status, 'False');
  });

  it('tells the digest of an image whose container cannot be started', () => {
    const command = ['/hostedsite-resolves-the-image'];
    const asking = pod({
      containers: [{ name: 'application', image: 'registry.example.org/shop:1', command }],
    });
    const status = podStatus(asking, [], now)!;
    assert.equal(status.phase, 'Failed');
    assert.match(
      status.containerStatuses?.[0]?.imageID ?? '',
      /^registry\.example\.org\/shop@sha256:[0-9a-f]{64}$/,
    );
  });

  it('ends well when it is of a Job', () => {
    assert.equal(podStatus(pod({}, 'Job'), [], now)?.phase, 'Succeeded');
    assert.equal(podStatus(pod({}, 'Job', { phase: 'Succeeded' }), [], now), undefined);
  });

  it('waits for a claim without a word', () => {
    const need = { kind: 'PersistentVolumeClaim', name: 'c' } as const;
    assert.equal(podStatus(pod({}, 'ReplicaSet', { phase: 'Pending' }), [need], now), undefined);
  });

  it('tells a Secret that is missing, and starts when it is there', () => {
    const waiting = podStatus(pod(), [{ kind: 'Secret', name: 's' }], now)!;
    assert.deepEqual(waiting.containerStatuses?.[0]?.state, {
      waiting: { reason: 'CreateContainerConfigError', message: 'secret "s" not found' },
    });
    assert.equal(podStatus(pod({}, 'ReplicaSet', waiting), [], now)?.phase, 'Running');
  });

  it('stays as it is when the pod is being deleted', () => {
    const one = pod();
    one.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    assert.equal(podStatus(one, [], now), undefined);
  });
});

describe('a pod of a command', () => {
  const one = (
    spec: Record<string, unknown> = {},
    status: LivePod['status'] = { phase: 'Pending' },
  ): LivePod =>
    pod(
      { containers: [{ name: 'command', image: 'shop:1', command: ['exit', '1'] }], ...spec },
      'Job',
      status,
    );
  const claim = { kind: 'PersistentVolumeClaim', name: 'c' } as const;
  const secret = { kind: 'Secret', name: 's' } as const;

  it('waits until all gates are gone', () => {
    assert.equal(nextOfCommand(one({ schedulingGates: [{ name: 'a' }] }), [], now), undefined);
    assert.deepEqual(nextOfCommand(one({ schedulingGates: [] }), [], now), { is: 'bind', node: 'node' });
  });

  it('comes to no node without its claims', () => {
    assert.equal(nextOfCommand(one(), [claim], now), undefined);
  });

  it('does not run without its Secrets, and tells so once', () => {
    const act = nextOfCommand(one({ nodeName: 'node' }), [secret], now);
    assert.ok(act?.is === 'tell');
    assert.equal(act.status.containerStatuses?.[0]?.state?.waiting?.reason, 'CreateContainerConfigError');
    assert.equal(nextOfCommand(one({ nodeName: 'node' }, act.status), [secret], now), undefined);
  });

  it('does not run without its image', () => {
    const containers = [{ name: 'command', image: 'bad:2', command: ['migrate'] }];
    const act = nextOfCommand(one({ nodeName: 'node', containers }), [], now);
    assert.ok(act?.is === 'tell');
    assert.equal(act.status.containerStatuses?.[0]?.state?.waiting?.reason, 'ErrImagePull');
  });

  it('runs, and then ends as its command says', () => {
    const start = nextOfCommand(one({ nodeName: 'node' }), [], now);
    assert.ok(start?.is === 'tell');
    assert.equal(start.status.phase, 'Running');
    const end = nextOfCommand(one({ nodeName: 'node' }, start.status), [], now);
    assert.ok(end?.is === 'tell');
    assert.equal(end.status.phase, 'Failed');
    assert.equal(end.status.containerStatuses?.[0]?.state?.terminated?.exitCode, 1);
  });
});

describe('what a pod needs', () => {
  it('is all that its volumes and variables name, each once', () => {
    const env = [
      { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'l' } } },
      { name: 'C', valueFrom: { configMapKeyRef: { name: 'm', key: 'l' } } },
      { name: 'D', value: 'd' },
    ];
    const volumes = [
      { name: '1', persistentVolumeClaim: { claimName: 'c' } },
      { name: '2', configMap: { name: 'v' } },
      { name: '3', secret: { secretName: 't' } },
      { name: '4', emptyDir: {} },
    ];
    const found = needs(pod({ volumes, containers: [{ name: 'application', image: 'x', env }] }));
    assert.deepEqual(
      found.map(({ kind, name }) => `${kind}/${name}`),
      ['PersistentVolumeClaim/c', 'ConfigMap/v', 'Secret/t', 'Secret/s', 'ConfigMap/m'],
    );
  });
});
