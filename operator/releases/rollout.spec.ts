import assert from 'node:assert/strict';
import type { Manifest, Revision } from '../components/component.ts';
import { componentLabels } from '../objects/labels.ts';
import { isRolledOut, rollout } from './rollout.ts';
import { sight } from '../testing/world.ts';

const site = { name: 'shop' };
const revision: Revision = {
  name: 'shop-web-b',
  number: 2,
  inputs: 'inputs',
  image: 'image:2',
  template: { metadata: {}, spec: {} },
};

function deployment(
  status: Record<string, number>,
  of = 'shop-web-b',
  replicas: number | null = 2,
): Manifest {
  const template = { metadata: { labels: { 'hostedsite.dev/revision': of } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop-web', generation: 3, labels: componentLabels(site, 'web') },
    spec: { ...(replicas === null ? {} : { replicas }), template },
    status,
  };
}

function pod(
  of: string,
  phase = 'Running',
  component: 'web' | 'database' = 'web',
  deleted = false,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${of}-1`,
      labels: { ...componentLabels(site, component), 'hostedsite.dev/revision': of },
      ...(deleted ? { deletionTimestamp: '2030-01-01T00:00:00Z' } : {}),
    },
    status: { phase },
  };
}

const whole = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describe('a release is rolled out', () => {
  const rows: { title: string; owned: Manifest[]; is: boolean }[] = [
    { title: 'every replica runs it', owned: [deployment(whole), pod('shop-web-b')], is: true },
    { title: 'no Deployment yet', owned: [], is: false },
    {
      title: 'its controller has not looked yet',
      owned: [deployment({ ...whole, observedGeneration: 2 })],
      is: false,
    },
    { title: 'its controller has said nothing yet', owned: [deployment({})], is: false },
    { title: 'the Deployment runs another one', owned: [deployment(whole, 'shop-web-a')], is: false },
    { title: 'a replica is not updated', owned: [deployment({ ...whole, updatedReplicas: 1 })], is: false },
    {
      title: 'a replica is not available',
      owned: [deployment({ ...whole, availableReplicas: 1 })],
      is: false,
    },
    { title: 'one replica too many', owned: [deployment({ ...whole, replicas: 3 })], is: false },
    { title: 'a pod of the one before runs', owned: [deployment(whole), pod('shop-web-a')], is: false },
    {
      title: 'a pod of the one before terminates',
      owned: [deployment(whole), pod('shop-web-a', 'Running', 'web', true)],
      is: false,
    },
    {
      title: 'a pod of the one before waits',
      owned: [deployment(whole), pod('shop-web-a', 'Pending')],
      is: false,
    },
    {
      title: 'a pod of the one before was evicted',
      owned: [deployment(whole), pod('shop-web-a', 'Failed')],
      is: true,
    },
    {
      title: 'a pod of the one before ended',
      owned: [deployment(whole), pod('shop-web-a', 'Succeeded')],
      is: true,
    },
    {
      title: 'a pod of another component',
      owned: [deployment(whole), pod('shop-web-a', 'Running', 'database')],
      is: true,
    },
    {
      title: 'no replicas are wanted',
      owned: [deployment({ observedGeneration: 3 }, 'shop-web-b', 0)],
      is: true,
    },
    {
      title: 'one replica is wanted when none is written',
      owned: [
        deployment(
          { observedGeneration: 3, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
          'shop-web-b',
          null,
        ),
      ],
      is: true,
    },
  ];
  for (const { title, owned, is } of rows) {
    it(`${is ? 'yes' : 'no'}: ${title}`, () => assert.equal(isRolledOut(sight(owned), revision), is));
  }

  it('is told by the Deployment of the serving pods alone', () => {
    assert.equal(rollout(sight([pod('shop-web-b')])), undefined);
    const other = {
      ...deployment({}),
      metadata: { name: 'shop-database', labels: componentLabels(site, 'database') },
    };
    assert.deepEqual(rollout(sight([other, deployment(whole)])), {
      isObserved: true,
      revision: 'shop-web-b',
      desired: 2,
      replicas: 2,
      updated: 2,
      available: 2,
    });
  });
});
