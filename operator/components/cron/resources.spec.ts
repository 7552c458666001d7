import assert from 'node:assert/strict';
import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import type { CronEntry } from '../component.ts';
import { observed, released, testSite } from '../../testing/site.ts';
import { cron } from './index.ts';
import { cronDefaults } from './spec.ts';

const entry: CronEntry = { ...cronDefaults, name: 'report', schedule: 'H 3 * * *', command: ['report'] };
const siteWith = (resources: CronEntry['resources']) =>
  testSite({
    preset: 'Generic',
    database: undefined,
    files: undefined,
    cron: [resources === undefined ? entry : { ...entry, resources }],
  });

describe('the resources of a cron job', () => {
  describe('are refused', () => {
    const amounts: [resources: CronEntry['resources'], words: RegExp][] = [
      [
        { limits: { memory: '512' } },
        /^In spec\.cron, report: resources\.limits\.memory is no amount .*: 512\. Write a number with a unit of bytes/,
      ],
      [
        { requests: { cpu: 'two' } },
        /resources\.requests\.cpu .*: two\. Write cores such as 2, 0\.5 or 500m/,
      ],
      [{ requests: { cpu: 0 } }, /resources\.requests\.cpu/],
      [{ requests: { memory: '0Mi' } }, /resources\.requests\.memory/],
      [{ limits: { 'ephemeral-storage': '1Zi' } }, /resources\.limits\.ephemeral-storage/],
      [
        { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } },
        /resources\.limits\.memory is below the request: write a limit that is not/,
      ],
    ];
    for (const [resources, words] of amounts) {
      it(JSON.stringify(resources), () => {
        const [found, ...others] = cron.refusals?.(siteWith(resources), observed()) ?? [];
        assert.deepEqual([found?.reason, others], ['ResourcesRejected', []]);
        assert.match(found?.message ?? '', words);
      });
    }

    it('not when they can be had', () => {
      const resources = { requests: { cpu: 1, memory: '64Mi' }, limits: { memory: '1Gi' } };
      assert.deepEqual(cron.refusals?.(siteWith(resources), observed()), []);
    });

    it('without quoting a text that is long', () => {
      const site = siteWith({ requests: { cpu: 'x'.repeat(5000) } });
      assert.ok((cron.refusals?.(site, observed())[0]?.message.length ?? 0) < 300);
    });
  });

  describe('are', () => {
    const own = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } };
    const containers = [{ name: 'application', image: 'shop:2', resources: own }];
    const all = released({ revision: { template: { metadata: {}, spec: { containers } } } });
    const asked = (resources?: CronEntry['resources']) => {
      const [one] = cron.manifests(siteWith(resources), observed(), all);
      const { spec } = one?.object as unknown as CronJob;
      return spec?.jobTemplate.spec?.template.spec?.containers[0]?.resources;
    };
    it('those of the web pods where nothing is written', () => assert.deepEqual(asked(), own));
    it('what is written instead, one by one, and nothing that contradicts it', () => {
      assert.deepEqual(asked({ limits: { memory: '64Mi' }, requests: { cpu: 2 } }), {
        requests: { cpu: '2', memory: '64Mi' },
        limits: { cpu: '2', memory: '64Mi' },
      });
    });
  });
});
