import assert from 'node:assert/strict';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import { expectGolden } from '../../../tools/golden.ts';
import {
  containerStatus,
  documents,
  liveObject,
  livePod,
  observed,
  released,
  testFiles,
  testSite,
} from '../../testing/site.ts';
import type { Manifest, Observed, Released, Site } from '../component.ts';
import { holds } from '../holds.ts';
import { flowsOf } from '../flow.ts';
import { components } from '../index.ts';
import type { Worker } from '../site.ts';
import { workers } from './index.ts';
import { workerName } from './names.ts';
import { resolve } from './resolve.ts';
import { workerDefaults } from './spec.ts';

const mail: Worker = { ...workerDefaults, name: 'mail', command: ['./worker', 'mail'] };
const siteWith = (entry: Partial<Worker> = {}, more: Parameters<typeof testSite>[0] = {}) =>
  testSite({
    preset: 'Generic',
    database: undefined,
    files: undefined,
    workers: [{ ...mail, ...entry }],
    ...more,
  });
const template = (image: string) => ({
  metadata: { labels: { 'hostedsite.dev/revision': 'shop-web' } },
  spec: {
    serviceAccountName: 'shop-web',
    terminationGracePeriodSeconds: 60,
    tolerations: [{ key: 'of-web' }],
    initContainers: [{ name: 'varnish', image: 'varnish', restartPolicy: 'Always' }],
    containers: [
      {
        name: 'application',
        image,
        command: ['serve'],
        env: [{ name: 'A', value: 'b' }],
        ports: [{ containerPort: 3000 }],
        startupProbe: {},
        readinessProbe: {},
        livenessProbe: {},
        lifecycle: { preStop: { sleep: { seconds: 10 } } },
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
        volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
      },
    ],
    volumes: [
      { name: 'scratch', emptyDir: {} },
      { name: 'vcl', configMap: { name: 'shop-cache' } },
    ],
  },
});
const all: Released = released({ revision: { template: template('shop:2') } });
const older = { ...all.revision, name: 'shop-web-0000000000', number: 0, template: template('shop:1') };

function written(site: Site = siteWith(), seen: Observed = observed(), run = all): Manifest & Deployment {
  const [one] = workers.manifests(site, seen, run);
  return (one?.object ?? assert.fail('there is no Deployment')) as Manifest & Deployment;
}

const podOf = ({ spec }: Deployment): PodSpec => spec?.template.spec ?? assert.fail();
const imageOf = (object: Deployment) => podOf(object).containers[0]?.image;

describe('workers', () => {
  it('are the objects of the golden file', () => {
    const site = siteWith({ replicas: 3, terminationGracePeriodSeconds: 600 });
    expectGolden(
      new URL('golden/deployment.yaml', import.meta.url),
      documents(workers.manifests(site, observed(), all)),
    );
  });

  it('are there when there are entries', () => {
    assert.equal(workers.enabled(siteWith()), true);
    assert.equal(workers.enabled(testSite()), false);
    assert.deepEqual(workers.manifests(testSite(), observed(), all), []);
    assert.deepEqual(resolve({}), {});
    assert.deepEqual(resolve({ workers: [] }), {});
    assert.deepEqual(resolve({ workers: [{ name: 'mail', command: ['./worker', 'mail'] }] }).workers, [mail]);
  });

  describe('name Deployments', () => {
    const rows: [site: string, entry: string, name: string | RegExp][] = [
      ['shop', 'mail', 'shop-worker-mail'],
      ['s'.repeat(34), 'mail', `${'s'.repeat(34)}-worker-mail`],
      ['s'.repeat(35), 'mail', /^s{35}-w-[0-9a-f]{8}$/],
      ['s'.repeat(40), 'mail', /^s{37}-[0-9a-f]{8}$/],
    ];
    for (const [site, entry, name] of rows) {
      it(`${site}, ${entry}`, () => {
        const found = workerName({ name: site }, { name: entry });
        if (typeof name === 'string') assert.equal(found, name);
        else assert.match(found, name);
        assert.ok(`${found}-0123456789-abcde`.length <= 63, 'it is the host name of a pod');
      });
    }
  });

  describe('run what serves', () => {
    it('with its image, environment and volumes, and another command', () => {
      const { containers, initContainers, volumes, restartPolicy } = podOf(written());
      assert.deepEqual(containers, [
        {
          name: 'worker',
          image: 'shop:2',
          command: ['./worker', 'mail'],
          env: [{ name: 'A', value: 'b' }],
          resources: template('').spec.containers[0]?.resources,
          volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
        },
      ]);
      assert.deepEqual(
        [initContainers, volumes, restartPolicy],
        [undefined, [{ name: 'scratch', emptyDir: {} }], 'Always'],
      );
    });

    it('with resources of their own, one by one', () => {
      const [container] = podOf(written(siteWith({ resources: { limits: { memory: '1Gi' } } }))).containers;
      assert.deepEqual(container?.resources?.limits, { cpu: '1', memory: '1Gi' });
    });

    it('and leave a lost node as web pods do, but not with a volume that is on one node', () => {
      const keys = (site: Site) => podOf(written(site)).tolerations?.map(({ key }) => key);
      assert.deepEqual(keys(siteWith()), ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready']);
      const bound = siteWith({}, { files: testFiles });
      assert.equal(keys(bound), undefined);
      assert.ok(podOf(written(bound)).affinity?.podAffinity);
    });

    it('under labels that neither the Service nor the web pods have', () => {
      const labels = written().spec?.template.metadata?.labels;
      assert.deepEqual(labels, written().spec?.selector.matchLabels);
      assert.equal(labels?.['app.kubernetes.io/component'], 'workers');
      assert.equal(labels['hostedsite.dev/worker'], 'mail');
      assert.equal(labels['hostedsite.dev/revision'], undefined);
    });

    const serving = (revision: string, isReady = true) =>
      livePod({
        revision,
        status: { containerStatuses: [containerStatus('application', {}, { ready: isReady })] },
      });
    const keeping = (revision: string) =>
      liveObject('Deployment', 'shop-worker-mail', {
        spec: { template: { metadata: { annotations: { 'hostedsite.dev/revision': revision } } } },
      });
    const rows: [when: string, seen: Partial<Observed>, image: string, replicas?: number][] = [
      ['nothing serves yet', {}, 'shop:2'],
      ['the release serves', { pods: [serving(older.name), serving(all.revision.name)] }, 'shop:2'],
      [
        'the release before still serves alone',
        { pods: [serving(older.name), serving(all.revision.name, false)] },
        'shop:1',
      ],
      [
        'no pod serves, and it ran the one before',
        { pods: [serving(all.revision.name, false)], owned: [keeping(older.name)] },
        'shop:1',
      ],
      ['no pod serves, and what it ran is forgotten', { owned: [keeping('shop-web-gone')] }, 'shop:2'],
      ['nobody is to be served', { owned: [keeping(older.name)] }, 'shop:2', 0],
    ];
    for (const [when, seen, image, replicas = 1] of rows) {
      it(`${image} when ${when}`, () => {
        const sight = observed({ revisions: [older, all.revision], ...seen });
        assert.equal(imageOf(written(siteWith({}, { replicas }), sight)), image);
      });
    }

    it('and are replaced with each release, whatever it changes', () => {
      const again = { ...all, revision: { ...all.revision, name: 'shop-web-2222222222' } };
      assert.notDeepEqual(written(siteWith(), observed(), again).spec?.template, written().spec?.template);
    });
  });

  it('are never more than are asked for, and count when they have run for a while', () => {
    const { replicas, strategy, minReadySeconds } = written(siteWith({ replicas: 3 })).spec ?? {};
    assert.deepEqual([replicas, strategy?.rollingUpdate?.maxSurge, minReadySeconds], [3, 0, 30]);
  });

  it('are none while the site is switched off', () => {
    assert.equal(written(siteWith({ replicas: 3 }, { replicas: 0 })).spec?.replicas, 0);
    assert.equal(written(siteWith({ replicas: 0 })).spec?.replicas, 0);
  });

  describe('begin', () => {
    const done = liveObject('Job', 'shop-install', {
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    });
    const running = liveObject('Deployment', 'shop-worker-mail');
    const shop = testSite({ workers: [mail] });
    const rows: [when: string, site: Site, owned: Manifest[], count: number][] = [
      ['at once where nothing is installed', siteWith(), [], 1],
      ['not before the first installation', shop, [], 0],
      ['not while it runs', shop, [liveObject('Job', 'shop-install')], 0],
      ['after it', shop, [done], 1],
      ['and run on when its Job is gone', shop, [running], 1],
    ];
    for (const [when, site, owned, count] of rows) {
      it(when, () => assert.equal(workers.manifests(site, observed({ owned }), all).length, count));
    }
  });

  it('wait for the command of a release while it blocks, and run on beside it', () => {
    const running = liveObject('Deployment', 'shop-worker-mail');
    const count = (is: 'commanding' | 'rolling', owned: Manifest[]) => {
      const state = { is, desired: all.revision, from: all.revision };
      return workers.manifests(siteWith(), observed({ owned }), { ...all, state }).length;
    };
    assert.deepEqual([count('commanding', []), count('commanding', [running])], [0, 1]);
    assert.equal(count('rolling', []), 1);
  });

  it('are none while nothing may work on the data beside a command', () => {
    const site = siteWith({}, { holds: holds({}, { holdsCron: true, stopsWorkers: true }) });
    const owned = [liveObject('Deployment', 'shop-worker-mail')];
    const [made] = workers.manifests(site, observed({ owned }), all);
    assert.equal((made?.object['spec'] as { replicas: number }).replicas, 0);
    const { ready } = workers.report(site, observed({ owned }), all);
    assert.deepEqual([ready.status, ready.reason], ['Unknown', 'CommandRunning']);
  });

  it('have the connections of every pod of the image, and nobody connects to them', () => {
    const site = testSite({ workers: [mail] });
    const enabled = components.filter((component) => component.enabled(site));
    const flows = flowsOf(enabled, site, observed());
    const own = flows.filter(({ from }) => from === 'workers').map(({ to }) => to);
    assert.deepEqual(own.sort(), ['database', 'dns', 'egress']);
    assert.deepEqual(
      flows.filter(({ to }) => to === 'workers'),
      [],
    );
  });

  describe('are refused', () => {
    const rows: [string, Worker['resources'] & object, RegExp | undefined][] = [
      ['not with good amounts', { limits: { memory: '1Gi' } }, undefined],
      [
        'with what is no amount',
        { limits: { memory: 'much' } },
        /^In spec\.workers, mail: resources\.limits\.memory/,
      ],
      ['with a limit below its request', { requests: { cpu: 2 }, limits: { cpu: 1 } }, /below the request/],
    ];
    for (const [when, resources, message] of rows) {
      it(when, () => {
        const found = workers.refusals?.(siteWith({ resources }), observed()) ?? [];
        assert.deepEqual(
          found.map(({ reason }) => reason),
          message === undefined ? [] : ['WorkerResourcesRejected'],
        );
        if (message !== undefined) assert.match(found[0]?.message ?? '', message);
      });
    }
  });
});
