import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import type { Manifest } from '../components/component.ts';
import { cronGauges } from './cron-metrics.ts';

function site(name: string, cron?: object[]): Manifest {
  return {
    apiVersion: 'hostedsite.dev/v1alpha1',
    kind: 'HostedSite',
    metadata: { name, namespace: 'customer-a' },
    ...(cron === undefined ? {} : { status: { cron } }),
  };
}

async function lines(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('metrics of cron jobs', () => {
  let sites: Manifest[] = [];
  const registry = new Registry();
  cronGauges([registry], { list: (kind) => (kind === 'HostedSite' ? sites : []) });

  it('tell what the status of each site tells', async () => {
    const labels = '{namespace="customer-a",name="shop",cron="report"}';
    sites = [
      site('shop', [
        { name: 'report', missed: 2, lastSuccess: '2030-01-01T12:00:00Z' },
        { name: 'mail', missed: 0 },
      ]),
      site('blog'),
    ];
    assert.deepEqual((await lines(registry)).sort(), [
      `hostedsite_cron_last_success_timestamp_seconds${labels} ${Date.parse('2030-01-01T12:00:00Z') / 1000}`,
      'hostedsite_cron_missed_periods{namespace="customer-a",name="shop",cron="mail"} 0',
      `hostedsite_cron_missed_periods${labels} 2`,
    ]);
  });

  it('forget what is there no more', async () => {
    sites = [site('shop', [{ name: 'mail', missed: 1 }])];
    assert.deepEqual(await lines(registry), [
      'hostedsite_cron_missed_periods{namespace="customer-a",name="shop",cron="mail"} 1',
    ]);
    sites = [];
    assert.deepEqual(await lines(registry), []);
  });
});
