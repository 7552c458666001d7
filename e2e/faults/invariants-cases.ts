import { foreignIsUntouched, ownersAreRight, servicesSelectTheirSite } from './invariants-ownership.ts';
import { readyIsTrue } from './invariants-status.ts';
import { labelled, given, owned } from './invariants-story.ts';
import type { Case, Story } from './invariants-story.ts';

const ready = (generation: number): Record<string, unknown> => ({
  observedGeneration: generation,
  conditions: [{ type: 'Ready', status: 'True', observedGeneration: generation }],
});
const web = (image: string, available: number): Record<string, unknown> => ({
  spec: { replicas: 1, template: { spec: { containers: [{ image }] } } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available },
});
const podOf = (image: string): Record<string, unknown> => ({ spec: { containers: [{ image }] } });
const published = { spec: { rules: [{ host: 'shop.example' }] } };
const serves = (story: Story): Story =>
  story.is('Ingress', 'shop', published).is('Deployment', 'shop-web', web('shop:1', 1), { generation: 1 });

export const casesOfOwnersAndStatus: readonly Case[] = [
  [
    foreignIsUntouched,
    'a foreign object is deleted',
    'wrong',
    (s) => s.is('Service', 'x', {}, { labels: { test: 'foreign' } }).ends('Service', 'x'),
  ],
  [
    foreignIsUntouched,
    'a foreign object loses its label and its spec',
    'wrong',
    (s) =>
      s
        .is('Service', 'x', { spec: { a: 1 } }, { labels: { test: 'foreign' } })
        .is('Service', 'x', { spec: { a: 2 } }, { labels: {} }),
  ],
  [
    foreignIsUntouched,
    'the operator becomes a manager of a foreign object',
    'wrong',
    (s) =>
      s.is('Service', 'x', {}, {
        labels: { test: 'foreign' },
        managedFields: [{ manager: 'hostedsite' }],
      } as never),
  ],
  [
    foreignIsUntouched,
    'the status of a foreign object changes',
    'right',
    (s) =>
      s
        .is('Service', 'x', { status: 1 }, { labels: { test: 'foreign' } })
        .is('Service', 'x', { status: 2 }, { labels: { test: 'foreign' } }),
  ],
  [
    ownersAreRight,
    'a claim has a controller',
    'wrong',
    (s) => s.site().is('PersistentVolumeClaim', 'c', {}, owned),
  ],
  [
    ownersAreRight,
    'a claim goes with its site',
    'right',
    (s) => s.site().is('PersistentVolumeClaim', 'c', {}, given),
  ],
  [
    ownersAreRight,
    'a Service is orphaned, and the next site finds it',
    'right',
    (s) =>
      s
        .site()
        .is('Service', 'x', {}, owned)
        .is('Service', 'x')
        .ends('HostedSite', 'shop')
        .site({}, { uid: 'next' })
        .is('Service', 'x', {}, { ownerReferences: [{ ...owned.ownerReferences[0]!, uid: 'next' }] }),
  ],
  [ownersAreRight, 'a Service has no owner', 'wrong', (s) => s.site().is('Service', 'x')],
  [
    ownersAreRight,
    'a Service belongs to a site that there never was',
    'wrong',
    (s) => s.site({}, { uid: 'other' }).is('Service', 'x', {}, owned),
  ],
  [
    ownersAreRight,
    'a Service is handed to the next site',
    'wrong',
    (s) =>
      s
        .site()
        .is('Service', 'x', {}, owned)
        .ends('HostedSite', 'shop')
        .site({}, { uid: 'next' })
        .is('Service', 'x', {}, { ownerReferences: [{ ...owned.ownerReferences[0]!, uid: 'next' }] }),
  ],
  [ownersAreRight, 'a Service belongs to its site', 'right', (s) => s.site().is('Service', 'x', {}, owned)],
  [
    servicesSelectTheirSite,
    'a Service selects every site',
    'wrong',
    (s) =>
      s.is('Service', 'x', { spec: { selector: { 'app.kubernetes.io/component': 'web' } } }, labelled('web')),
  ],
  [
    servicesSelectTheirSite,
    'a Service selects another component',
    'wrong',
    (s) => s.is('Service', 'x', { spec: { selector: labelled('database').labels } }, labelled('web')),
  ],
  [
    servicesSelectTheirSite,
    'a Service selects its own pods',
    'right',
    (s) => s.is('Service', 'x', { spec: { selector: labelled('web').labels } }, labelled('web')),
  ],
  [
    readyIsTrue,
    'Ready before a pod is available',
    'wrong',
    (s) =>
      s
        .site()
        .is('Ingress', 'shop', published)
        .is('Deployment', 'shop-web', web('shop:1', 0), { generation: 1 })
        .site({}, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready while the Deployment runs the image before',
    'wrong',
    (s) => serves(s.site()).site({ image: 'shop:2' }, { generation: 2 }, ready(2)),
  ],
  [
    readyIsTrue,
    'Ready while a pod of the release before is left',
    'wrong',
    (s) => serves(s.site().is('Pod', 'p', podOf('shop:0'), labelled('web'))).site({}, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready while the Deployment is not acted upon',
    'wrong',
    (s) =>
      s
        .site()
        .is('Ingress', 'shop', published)
        .is('Deployment', 'shop-web', web('shop:1', 1), { generation: 2 })
        .site({}, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready with a host that is not published',
    'wrong',
    (s) =>
      serves(s.site({ hosts: ['shop.example', 'www.example'] })).site(
        { hosts: ['shop.example', 'www.example'] },
        {},
        ready(1),
      ),
  ],
  [
    readyIsTrue,
    'Ready before the database serves',
    'wrong',
    (s) =>
      serves(s.site({ database: {} }))
        .is('StatefulSet', 'shop-database', { status: {} })
        .site({ database: {} }, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready with fewer pods than written',
    'wrong',
    (s) => serves(s.site({ replicas: 2 })).site({ replicas: 2 }, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready is told late, of a moment that has passed',
    'right',
    (s) =>
      serves(s.site())
        .is('Deployment', 'shop-web', web('shop:1', 0), { generation: 1 })
        .site({}, {}, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready of the generation before stays',
    'right',
    (s) => serves(s.site()).site({}, {}, ready(1)).site({ image: 'shop:2' }, { generation: 2 }, ready(1)),
  ],
  [
    readyIsTrue,
    'Ready when the last old pod is gone',
    'right',
    (s) =>
      serves(s.site().is('Pod', 'p', podOf('shop:0'), labelled('web')))
        .ends('Pod', 'p')
        .site({}, {}, ready(1)),
  ],
];
