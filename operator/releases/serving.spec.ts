import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { serving } from '../testing/task-world.ts';
import { servingRevision } from './serving.ts';

const site = { name: 'shop', uid: 'site-uid' };
const [older, , olderPod] = serving('shop-web-1', 'shop:1', 1) as [Manifest, Manifest, Manifest];
const [newer, deployment, newerPod] = serving('shop-web-2', 'shop:2', 2) as [Manifest, Manifest, Manifest];
const both = [older, newer, deployment];
const unready = (pod: Manifest): Manifest => ({
  ...pod,
  status: { containerStatuses: [{ name: 'application', ready: false }] },
});
const off: Manifest = { ...deployment, spec: { ...(deployment['spec'] as object), replicas: 0 } };
const foreign: Manifest = { ...deployment, metadata: { ...deployment.metadata, ownerReferences: [] } };

describe('the release that serves', () => {
  const rows: [when: string, owned: Manifest[], name: string | undefined][] = [
    ['none, before anything is there', [], undefined],
    ['none, while no pod is ready', [...both, unready(newerPod)], undefined],
    ['the new one as soon as a pod of it is ready', [...both, olderPod, newerPod], 'shop-web-2'],
    ['the one before until then', [...both, olderPod, unready(newerPod)], 'shop-web-1'],
    [
      'the latest whose pods are ready, where the Deployment has another',
      [older, newer, deployment, olderPod],
      'shop-web-1',
    ],
    ['that of the Deployment while the site is switched off', [older, newer, off], 'shop-web-2'],
    ['none without a revision that is stored', [older, deployment, newerPod], undefined],
    ['none by a Deployment of somebody else', [older, newer, foreign, newerPod], undefined],
  ];
  for (const [title, owned, name] of rows)
    it(`is ${title}`, () => assert.equal(servingRevision(site, owned)?.name, name));
});
