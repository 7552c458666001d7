import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import type { Manifest } from '../components/component.ts';
import { renderingGauge } from './rendering-metrics.ts';

function site(name: string, current?: 'True' | 'False'): Manifest {
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name, namespace: 'customer-a' },
    ...(current && { status: { conditions: [{ type: 'RenderingCurrent', status: current }] } }),
  };
}

describe('the metric of older renderings', () => {
  let sites: Manifest[] = [];
  const registry = new Registry();
  renderingGauge([registry], { list: (kind) => (kind === 'HostedSite' ? sites : []) });
  const lines = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it('names the sites that have one, and no others', async () => {
    sites = [site('new', 'True'), site('unseen'), site('old', 'False')];
    assert.deepEqual(await lines(), ['hostedsite_rendering_outdated{namespace="customer-a",name="old"} 1']);
  });

  it('forgets what is released since', async () => {
    sites = [site('old', 'True')];
    assert.deepEqual(await lines(), []);
  });
});
