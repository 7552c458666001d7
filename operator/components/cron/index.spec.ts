import assert from 'node:assert/strict';
import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import { expectGolden } from '../../../tools/golden.ts';
import type { CronEntry, Manifest, Observed, Released, Site } from '../component.ts';
import { holds } from '../holds.ts';
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
import { cron } from './index.ts';
import { cronJobName } from './names.ts';
import { cronDefaults } from './spec.ts';

const report: CronEntry = {
  ...cronDefaults,
  name: 'report',
  schedule: 'H 3 * * *',
  command: ['report', '--all'],
};
const siteWith = (entry: Partial<CronEntry> = {}, more: Parameters<typeof testSite>[0] = {}) =>
  testSite({
    preset: 'Generic',
    database: undefined,
    files: undefined,
    cron: [{ ...report, ...entry }],
    ...more,
  });
const template = (image: string) => ({
  metadata: {},
  spec: {
    serviceAccountName: 'shop-web',
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: [{ topologyKey: 'zone' }],
    tolerations: [{ key: 'lost' }],
    affinity: { podAntiAffinity: {} },
    readinessGates: [{ conditionType: 'x' }],
    initContainers: [{ name: 'varnish', image: 'varnish', restartPolicy: 'Always' }],
    containers: [
      {
        name: 'application',
        image,
        command: ['serve'],
        args: ['--port', '3000'],
        env: [{ name: 'A', value: 'b' }],
        envFrom: [{ secretRef: { name: 'mail' } }],
        ports: [{ containerPort: 3000 }],
        startupProbe: {},
        readinessProbe: {},
        livenessProbe: {},
        lifecycle: {},
        volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
      },
    ],
    volumes: [
      { name: 'scratch', emptyDir: {} },
      { name: 'vcl', configMap: { name: 'shop-cache' } },
    ],
  },
});
const suspended = { holds: holds({ suspend: true }) };
const all: Released = released({ revision: { template: template('shop:2') } });
const older = { ...all.revision, name: 'shop-web-0000000000', number: 0, template: template('shop:1') };

function written(site: Site = siteWith(), seen: Observed = observed(), run = all): Manifest & CronJob {
  const [one] = cron.manifests(site, seen, run);
  return (one?.object ?? assert.fail('there is no CronJob')) as Manifest & CronJob;
}

const podOf = ({ spec }: CronJob): PodSpec => spec?.jobTemplate.spec?.template.spec ?? assert.fail();
const imageOf = (object: CronJob) => podOf(object).containers[0]?.image;
const servingPod = (revision: string, isReady = true) =>
  livePod({
    revision,
    status: { containerStatuses: [containerStatus('application', {}, { ready: isReady })] },
  });

describe('cron', () => {
  it('is the objects of the golden file', () => {
    expectGolden(
      new URL('golden/cron-job.yaml', import.meta.url),
      documents(cron.manifests(siteWith(), observed(), all)),
    );
  });

  it('is there when there are entries, the preset has them too', () => {
    assert.equal(cron.enabled(siteWith()), true);
    assert.equal(cron.enabled(siteWith({}, { cron: [] })), false);
    assert.deepEqual(
      testSite().cron.map(({ name }) => name),
      ['wp-cron'],
    );
  });

  describe('names CronJobs', () => {
    const rows: [site: string, entry: string, name: string | RegExp][] = [
      ['shop', 'report', 'shop-cron-report'],
      ['s'.repeat(40), 'abcdef', `${'s'.repeat(40)}-cron-abcdef`],
      ['s'.repeat(40), 'abcdefg', /^s{40}-cr-[0-9a-f]{8}$/],
      ['shop', 'e'.repeat(40), `shop-cron-${'e'.repeat(40)}`],
    ];
    for (const [site, entry, name] of rows) {
      it(`${site}, ${entry}`, () => {
        const found = cronJobName({ name: site }, { name: entry });
        if (typeof name === 'string') assert.equal(found, name);
        else assert.match(found, name);
        assert.ok(found.length <= 52, 'Kubernetes allows no more');
      });
    }
  });

  describe('runs what serves', () => {
    it('with its image, environment and volumes, and another command', () => {
      const { containers, ...pod } = podOf(written());
      assert.deepEqual(containers, [
        {
          name: 'cron',
          image: 'shop:2',
          command: ['report', '--all'],
          env: [{ name: 'A', value: 'b' }],
          envFrom: [{ secretRef: { name: 'mail' } }],
          volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
        },
      ]);
      assert.deepEqual(pod, {
        serviceAccountName: 'shop-web',
        terminationGracePeriodSeconds: 30,
        restartPolicy: 'Never',
        volumes: [{ name: 'scratch', emptyDir: {} }],
      });
    });

    it('beside the web pods when one volume serves one node', () => {
      const site = siteWith({}, { files: testFiles });
      const { preferredDuringSchedulingIgnoredDuringExecution: wishes } =
        podOf(written(site)).affinity?.podAffinity ?? {};
      assert.deepEqual(wishes?.[0]?.podAffinityTerm.labelSelector?.matchExpressions?.[0]?.values, [
        'web',
        'application',
      ]);
    });

    it('under labels that no Service selects', () => {
      const labels = written().spec?.jobTemplate.spec?.template.metadata?.labels;
      assert.equal(labels?.['app.kubernetes.io/component'], 'cron');
      assert.equal(labels?.['hostedsite.dev/cron'], 'report');
    });

    const keeping = (revision: string) =>
      liveObject('CronJob', 'shop-cron-report', {
        spec: { jobTemplate: { metadata: { annotations: { 'hostedsite.dev/revision': revision } } } },
      });
    const rows: [when: string, seen: Partial<Observed>, image: string, replicas?: number][] = [
      ['nothing serves yet', {}, 'shop:2'],
      ['the release serves', { pods: [servingPod(older.name), servingPod(all.revision.name)] }, 'shop:2'],
      [
        'the release before still serves alone',
        { pods: [servingPod(older.name), servingPod(all.revision.name, false)] },
        'shop:1',
      ],
      [
        'no pod serves, and it ran the one before',
        { pods: [servingPod(all.revision.name, false)], owned: [keeping(older.name)] },
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
  });

  describe('is held', () => {
    const done = liveObject('Job', 'shop-install', {
      status: { conditions: [{ type: 'Complete', status: 'True' }] },
    });
    const command = { holds: holds({}, { holdsCron: true, stopsWorkers: false }) };
    const onlyWorkers = { holds: holds({}, { holdsCron: false, stopsWorkers: true }) };
    const rows: [when: string, site: Site, owned: Manifest[], held: boolean][] = [
      ['never otherwise', siteWith(), [], false],
      ['while the command of a release does', siteWith({}, command), [], true],
      ['not by what holds workers alone', siteWith({}, onlyWorkers), [], false],
      ['while the site is suspended', siteWith({}, suspended), [], true],
      ['before the first installation', testSite(), [], true],
      ['while it runs', testSite(), [liveObject('Job', 'shop-install')], true],
      ['not after it', testSite(), [done], false],
    ];
    for (const [when, site, owned, held] of rows) {
      it(when, () => assert.equal(written(site, observed({ owned })).spec?.suspend, held));
    }

    it('also when its entry has a mistake now', () => {
      const spec = { schedule: '5 5 * * *', timeZone: 'Etc/UTC', jobTemplate: {} };
      const seen = observed({ owned: [liveObject('CronJob', 'shop-cron-report', { spec })] });
      const broken = siteWith({ schedule: '0 0 31 2 *', timeZone: 'Nowhere' }, suspended);
      assert.deepEqual(
        [
          written(broken, seen).spec?.suspend,
          written(broken, seen).spec?.schedule,
          written(broken, seen).spec?.timeZone,
        ],
        [true, '5 5 * * *', 'Etc/UTC'],
      );
      assert.deepEqual(cron.manifests(broken, observed(), all), []);
    });
  });

  describe('counts periods', () => {
    const since = (site: Site, object?: Manifest) =>
      written(site, observed({ owned: object ? [object] : [] })).metadata?.annotations?.[
        'hostedsite.dev/cron-since'
      ];
    const now = '2030-01-01T12:00:00Z';
    const before = '2029-12-01T00:00:00Z';
    const there = (spec: object, annotation = before) =>
      liveObject('CronJob', 'shop-cron-report', {
        metadata: { annotations: { 'hostedsite.dev/cron-since': annotation } },
        spec: { schedule: '0 3 * * *', timeZone: 'Etc/UTC', suspend: false, jobTemplate: {}, ...spec },
      });
    const site = siteWith({ schedule: '0 3 * * *' });
    const rows: [when: string, object: Manifest | undefined, expected: string][] = [
      ['from now on when it is new', undefined, now],
      ['on when nothing changed', there({}), before],
      ['from now on when it was held', there({ suspend: true }), now],
      ['from now on when its schedule is another', there({ schedule: '1 3 * * *' }), now],
      ['from now on when its time zone is another', there({ timeZone: 'Europe/Berlin' }), now],
      ['from now on when somebody wrote nonsense', there({}, 'tomorrow'), now],
    ];
    for (const [when, object, expected] of rows) it(when, () => assert.equal(since(site, object), expected));

    it('not while it is held', () => {
      assert.equal(since(siteWith({ schedule: '0 3 * * *' }, suspended), there({})), undefined);
    });
  });

  describe('refuses', () => {
    const rows: [entry: Partial<CronEntry>, words: RegExp | undefined][] = [
      [{}, undefined],
      [{ schedule: '0 0 29 2 *' }, undefined],
      [{ schedule: '0 0 31 2 *' }, /In spec.cron, report: the schedule 0 0 31 2 \* never falls due/],
      [{ schedule: 'H/90 * * * *' }, /cannot be read: the step in H\/90 is longer/],
      [{ schedule: '0 0 * fri-mon *' }, /the schedule 0 0 \* fri-mon \* cannot be read\. Write one such as/],
      [{ timeZone: 'Europe/Berln' }, /there is no time zone Europe\/Berln\. Write the name of one/],
    ];
    for (const [entry, words] of rows) {
      it(`${JSON.stringify(entry)}: ${words?.source ?? 'nothing'}`, () => {
        const found = cron.refusals?.(siteWith(entry), observed()) ?? [];
        assert.deepEqual(
          found.map(({ reason }) => reason),
          words === undefined ? [] : ['ScheduleRejected'],
        );
        if (words !== undefined) assert.match(found[0]?.message ?? '', words);
      });
    }
  });
});
