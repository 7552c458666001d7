import assert from 'node:assert/strict';
import type { Manifest } from '../../components/component.ts';
import { cachedKinds } from '../../kinds/resources.ts';
import type { KindChange } from '../../kube/watch/cache.ts';
import { bySite } from '../../sites/site-key.ts';
import { TaskWorld, releasePod, serving, siteTask } from '../../testing/task-world.ts';
import { hostedSite } from '../../testing/world.ts';
import { taskLoop } from './task-loop.ts';

const world = new TaskWorld();
world.cluster.seed(
  siteTask({}, { name: 'over', uid: 'over-uid' }),
  siteTask({ siteName: 'blog' }, { name: 'elsewhere', uid: 'elsewhere-uid' }),
);
world.cluster.edit('SiteTask', 'customer-a', 'over', (task) => {
  task['status'] = { phase: 'Failed' };
});
const loop = taskLoop({ cluster: world.cluster, clock: { wall: () => 0 }, bySite });

function woken(object: Manifest, initial = false): string[] {
  const { kind } = object;
  const change: KindChange = {
    kind: cachedKinds.includes(kind) ? kind : assert.fail(),
    type: 'updated',
    object,
  };
  return loop.wakes(change, { cluster: world.cluster, initial }).map(({ key }) => key);
}

function madeFor(kind: string, task: string, managedBy = 'hostedsite'): Manifest {
  const labels = {
    ...{ 'app.kubernetes.io/managed-by': managedBy, 'app.kubernetes.io/component': 'command' },
    'hostedsite.dev/task': task,
  };
  const owner = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'SiteTask', name: task, uid: 'u' };
  const ownerReferences = [{ ...owner, controller: true }];
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name: 'x', namespace: 'customer-a', labels, ownerReferences },
  };
}

describe('the loop of tasks', () => {
  it('is woken by a task, its Job and its pods', () => {
    assert.deepEqual(woken(siteTask()), ['customer-a/migrate']);
    assert.deepEqual(woken(madeFor('Job', 'migrate')), ['customer-a/migrate']);
    assert.deepEqual(woken(madeFor('Pod', 'migrate')), ['customer-a/migrate']);
    assert.deepEqual(woken(madeFor('Pod', 'migrate', 'Helm')), []);
    assert.deepEqual(woken(madeFor('Service', 'migrate')), []);
  });

  it('is woken by a site and by commands of its releases, for tasks that are not over', () => {
    assert.deepEqual(woken(hostedSite()), ['customer-a/migrate']);
    assert.deepEqual(woken(releasePod('shop-release-x')), ['customer-a/migrate']);
    for (const one of serving('shop-web-1', 'shop:1', 1)) assert.deepEqual(woken(one), []);
  });

  it('is not woken by what is there from the beginning, but for the tasks themselves', () => {
    assert.deepEqual(woken(hostedSite(), true), []);
    assert.deepEqual(woken(siteTask(), true), ['customer-a/migrate']);
  });

  it('looks at every task when the cluster begins to know the kind', () => {
    const lookup = { cluster: world.cluster, initial: false };
    assert.deepEqual(
      loop.wakesOfKind('SiteTask', lookup).map(({ key }) => key),
      ['customer-a/elsewhere', 'customer-a/migrate', 'customer-a/over'],
    );
    assert.deepEqual(loop.wakesOfKind('HTTPRoute', lookup), []);
    assert.deepEqual(loop.wakesOfKind('SiteTask', { ...lookup, initial: true }), []);
  });
});
