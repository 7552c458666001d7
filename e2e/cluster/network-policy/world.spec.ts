import assert from 'node:assert/strict';
import type { PodObject } from './world.ts';
import { policyPods } from './world.ts';

describe('the pods that policies are about', () => {
  const object = (
    name: string,
    metadata: object = {},
    spec: object = {},
    status: object = {},
  ): PodObject => ({
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-${name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: { nodeName: 'node1', containers: [], ...spec },
    status: { phase: 'Running', podIP: '10.244.1.2', ...status },
  });
  const names = (...objects: PodObject[]): string[] => policyPods(objects).map(({ name }) => name);

  const rows: [string, PodObject, boolean][] = [
    ['run', object('web'), true],
    ['start, and have an address', object('web', {}, {}, { phase: 'Pending' }), true],
    ['have no address yet', object('web', {}, {}, { podIP: undefined }), false],
    ['have an address of IPv6 only', object('web', {}, {}, { podIP: '2001:db8::1' }), false],
    ['have ended', object('web', {}, {}, { phase: 'Succeeded' }), false],
    ['have failed', object('web', {}, {}, { phase: 'Failed' }), false],
    ["are in their node's network", object('web', {}, { hostNetwork: true }), false],
  ];
  for (const [what, pod, counts] of rows)
    it(`${what}: ${counts ? 'count' : 'do not count'}`, () =>
      assert.deepEqual(names(pod), counts ? ['web'] : []));

  it('do not share an address: the one that stays has it, or else the younger', () => {
    const leaving = object('leaving', {
      creationTimestamp: '2026-01-01T00:02:00Z',
      deletionTimestamp: '2026-01-01T00:03:00Z',
    });
    const younger = object('younger', { creationTimestamp: '2026-01-01T00:01:00Z' });
    assert.deepEqual(names(younger, leaving), ['younger']);
    assert.deepEqual(names(younger, object('older')), ['younger']);
  });

  it('have the address that their node gave them, before the API knows it and against what it still shows', () => {
    const before = object('before', { creationTimestamp: '2026-01-01T00:02:00Z' });
    const starting = object('starting', {}, {}, { phase: 'Pending', podIP: undefined });
    const given = new Map([['uid-starting', '10.244.1.2']]);
    assert.deepEqual(
      policyPods([starting, before], given).map(({ name, address }) => [name, address]),
      [['starting', '10.244.1.2']],
    );
    const moved = policyPods([object('web')], new Map([['uid-web', '10.244.1.9']]));
    assert.deepEqual(
      moved.map(({ address }) => address),
      ['10.244.1.9'],
    );
  });

  it('have the ports of their containers, of sidecars too', () => {
    const http = { name: 'http', containerPort: 80 };
    const metrics = { name: 'metrics', containerPort: 9131 };
    const containers = { containers: [{ ports: [http] }, {}], initContainers: [{ ports: [metrics] }] };
    assert.deepEqual(policyPods([object('web', {}, containers)])[0]?.ports, [metrics, http]);
  });
});
