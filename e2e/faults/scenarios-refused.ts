import type { HostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';
import type { Scenario } from './scenarios-converged.ts';
import { apply, change, conditionOf, siteOf, until } from './scenarios-steps.ts';
import type { Step } from './scenarios-steps.ts';

const most = '600Mi';
const limits = { memory: '256Mi' };
const tooMuch: HostedSiteSpec = {
  image: 'registry.example.org/shop:1',
  hosts: ['shop.example'],
  web: { resources: { limits } },
  database: { engine: 'MariaDB', storage: { size: '1Gi' }, resources: { limits: { memory: '1Gi' } } },
};
const enough: HostedSiteSpec = {
  ...tooMuch,
  database: { engine: 'MariaDB', storage: { size: '1Gi' }, resources: { limits } },
};

/** A namespace that lets no container have more memory than this. */
const limited: Step = {
  words: `limit the memory of containers to ${most}`,
  async take({ client, namespace }) {
    await client.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/limitranges/memory`,
      query: { fieldManager: 'person', force: 'true' },
      body: {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'memory' },
        spec: { limits: [{ type: 'Container', max: { memory: most } }] },
      },
      contentType: 'application/apply-patch+yaml',
      idempotent: true,
    });
  },
};

const untilTold = until(
  'the database is told to be refused',
  (stage) => conditionOf(siteOf(stage), 'DatabaseReady')?.reason === 'PodsForbidden',
);

/** Only Events know that the cluster lets the pod of a StatefulSet not in. */
export const refused: readonly Scenario[] = [
  {
    name: 'database-refused',
    prepare: [limited, apply(tooMuch), untilTold],
    act: [change({ database: { resources: { limits } } })],
    final: 'Ready',
    finalSpec: enough,
  },
];
