import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import { writeYAML } from '../../api/yaml.ts';
import type { ConfigFiles, ConfigMapContent, Observed, Site } from '../component.ts';
import { documents, liveObject, observed, released, testSite } from '../../testing/site.ts';
import { application } from './index.ts';

const settings: ConfigMapContent = {
  data: { 'app.ini': 'colour = red\n', 'more.ini': 'size = 3\n' },
  binaryData: { 'logo.png': 'iVBORw==' },
};
const all: ConfigFiles = { configMap: { name: 'settings' }, mountPath: '/etc/shop' };
const one: ConfigFiles = {
  configMap: { name: 'settings', items: [{ key: 'app.ini', path: 'conf.d/app.ini' }] },
  mountPath: '/srv/app.ini',
  subPath: 'conf.d/app.ini',
};

/** Two files of the ConfigMap. */
const largeAnd = (key: string): ConfigFiles => ({
  configMap: { name: 'settings', items: ['large', key].map((one) => ({ key: one, path: one })) },
  mountPath: `/etc/${key}`,
});

const siteWith = (...configFiles: ConfigFiles[]): Site =>
  testSite({ preset: 'Generic', web: { configFiles } });
const sight = (content?: ConfigMapContent): Observed =>
  observed({ configMaps: new Map(content === undefined ? [] : [['settings', content]]) });
const copies = (site: Site, seen: Observed) => application.manifests(site, seen, released());
const namesOf = (site: Site, seen: Observed) =>
  (application.bindings?.(site, seen).volumes ?? []).map(
    ({ configMap }) => (configMap as { name: string }).name,
  );
const refusals = (site: Site, seen: Observed) => application.refusals?.(site, seen) ?? [];

describe('files of configuration', () => {
  it('are the copies and the volumes of the golden file', () => {
    const site = siteWith(all, one);
    const { volumes, mounts } = application.bindings?.(site, sight(settings)) ?? {};
    const text = `${documents(copies(site, sight(settings)))}---\n# in every pod\n${writeYAML({ volumes, volumeMounts: mounts })}`;
    expectGolden(new URL('golden/config-files.yaml', import.meta.url), text);
  });

  it('make a Generic site have the component', () => {
    assert.ok(!application.enabled(siteWith()));
    assert.ok(application.enabled(siteWith(all)));
  });

  it('are another copy when the content is another, whatever the order of the keys', () => {
    const turned = { ...settings, data: Object.fromEntries(Object.entries(settings.data).reverse()) };
    const changed = { ...settings, data: { ...settings.data, 'app.ini': 'colour = blue\n' } };
    const [same, other] = [turned, changed].map((content) => namesOf(siteWith(all), sight(content)));
    assert.deepEqual(same, namesOf(siteWith(all), sight(settings)));
    assert.notDeepEqual(other, same);
  });

  it('hold the keys that are wanted, and are no other copy when another key changes', () => {
    const changed = { ...settings, data: { ...settings.data, 'more.ini': 'size = 4\n' } };
    assert.deepEqual(namesOf(siteWith(one), sight(changed)), namesOf(siteWith(one), sight(settings)));
    const [copy] = copies(siteWith(one), sight(settings));
    assert.deepEqual(
      [copy?.object['data'], copy?.object['binaryData']],
      [{ 'app.ini': 'colour = red\n' }, undefined],
    );
  });

  it('are one copy where two entries want the same', () => {
    const twice = siteWith(all, { ...all, mountPath: '/etc/again' });
    assert.equal(copies(twice, sight(settings)).length, 1);
    assert.equal(new Set(namesOf(twice, sight(settings))).size, 1);
  });

  it('are not made where nobody has asked for the content', () => {
    assert.deepEqual(copies(siteWith(all), observed()), []);
    assert.deepEqual(refusals(siteWith(all), observed()), []);
  });

  describe('are refused', () => {
    const key = { configMap: { name: 'settings', items: [{ key: 'no.ini', path: 'a' }] }, mountPath: '/srv' };
    const rows: [string, Site, Observed, string, RegExp][] = [
      [
        'without the ConfigMap',
        siteWith(all),
        sight(),
        'ConfigMapNotFound',
        /ConfigMap settings .* not there\. Create/,
      ],
      [
        'without the key',
        siteWith(key),
        sight(settings),
        'ConfigMapNotFound',
        /settings .* no key no\.ini\. Add it/,
      ],
      [
        'without the file of subPath',
        siteWith({ ...all, subPath: 'conf.d' }),
        sight(settings),
        'ConfigMapNotFound',
        /settings .* no file is named conf\.d\. Add the key/,
      ],
      [
        'with more than fits into one ConfigMap',
        siteWith(all),
        sight({ data: { big: 'x'.repeat(2 ** 20) }, binaryData: {} }),
        'ConfigMapTooLarge',
        /more than 1 MiB in all\. Name the keys/,
      ],
      [
        'with copies that are more, where each has the same large key',
        siteWith(...['x', 'y', 'z'].map(largeAnd)),
        sight({ data: { large: 'x'.repeat(2 ** 19), x: '', y: '', z: '' }, binaryData: {} }),
        'ConfigMapTooLarge',
        /more than 1 MiB in all/,
      ],
    ];
    for (const [title, site, seen, reason, message] of rows) {
      it(title, () => {
        const [refusal, ...more] = refusals(site, seen);
        assert.equal(refusal?.reason, reason);
        assert.match(refusal.message, message);
        assert.deepEqual(more, []);
      });
    }

    it('never with words of the content', () => {
      const secret = { data: { a: 'hunter2' }, binaryData: {} };
      assert.ok(!JSON.stringify(refusals(siteWith(one), sight(secret))).includes('hunter2'));
    });
  });

  it('may be mounted at many places, for what is the same is stored once', () => {
    const content = { data: { large: 'x'.repeat(2 ** 19), x: '' }, binaryData: {} };
    const entries = ['a', 'b', 'c'].map((at) => ({ ...largeAnd('x'), mountPath: `/etc/${at}` }));
    assert.deepEqual(refusals(siteWith(...entries), sight(content)), []);
  });

  it('may have a folder of items as subPath', () => {
    assert.deepEqual(refusals(siteWith({ ...one, subPath: 'conf.d' }), sight(settings)), []);
  });

  it('of a first installation that has not succeeded make room for those of the running release', () => {
    const site = testSite({ web: { configFiles: [all] } });
    const { volumes = [], mounts = [] } = application.bindings?.(site, sight(settings)) ?? {};
    const running = released({ bindings: { env: [], volumes, mounts } });
    const job = (name: string) =>
      liveObject('Job', 'shop-install', {
        spec: {
          template: {
            spec: {
              containers: [{ name: 'install', image: site.image }],
              volumes: [{ name: 'config-files-0', configMap: { name } }],
            },
          },
        },
      });
    const kinds = (name: string) =>
      application
        .manifests(site, observed({ owned: [job(name)] }), running)
        .map(({ object }) => object.kind)
        .includes('Job');
    assert.ok(kinds(namesOf(site, sight(settings))[0] ?? ''));
    assert.ok(!kinds('shop-config-of-before'));
  });
});
