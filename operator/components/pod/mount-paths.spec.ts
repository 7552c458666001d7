import assert from 'node:assert/strict';
import type { Site } from '../component.ts';
import { filesDefaults } from '../files/spec.ts';
import { mountPathRefusals } from './mount-paths.ts';
import { testFiles, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';

type Written = Partial<NonNullable<Site['files']>> & { config?: readonly string[] };

function refusals(preset: 'Generic' | 'WordPress', { config = [], ...files }: Written): string[] {
  const configFiles = config.map((mountPath) => ({ configMap: { name: 'settings' }, mountPath }));
  const usual = { ...testFiles, ...(preset === 'Generic' ? { mountPath: filesDefaults.mountPath } : {}) };
  const overrides: TestOverrides = { preset, files: { ...usual, ...files }, web: { configFiles } };
  return mountPathRefusals(testSite(overrides)).map(({ reason, message }) => `${reason}: ${message}`);
}

const paths = (...places: string[]) =>
  places.map((mountPath, at) => ({ subPath: `folder-${at}`, mountPath }));
const uploads = '/var/www/html/wp-content/uploads';

describe('places to mount at', () => {
  const accepted: [string, 'Generic' | 'WordPress', Written][] = [
    ['none written', 'WordPress', {}],
    ['one of its own', 'Generic', { mountPath: '/srv/data' }],
    [
      'several folders',
      'Generic',
      { mountPath: '/srv/data', paths: paths('/srv/themes', '/srv/data/cache') },
    ],
    [
      'beside the temporary files',
      'Generic',
      { mountPath: '/tmpfiles', config: ['/etc/shop', '/etc/hosts.d'] },
    ],
    ['the place of the preset, written out', 'WordPress', { mountPath: uploads }],
    ['beside the uploads', 'WordPress', { paths: paths('/var/www/html/wp-content/languages') }],
    ['a file beside the application', 'WordPress', { config: ['/var/www/html/extra.php'] }],
    ['the space of another preset', 'Generic', { mountPath: '/run/data' }],
  ];
  for (const [title, preset, written] of accepted) {
    it(`may be ${title}`, () => assert.deepEqual(refusals(preset, written), []));
  }

  const refused: [string, 'Generic' | 'WordPress', Written, RegExp][] = [
    [
      'elsewhere than the preset keeps uploads',
      'WordPress',
      { mountPath: '/data' },
      /^MountPathTaken: spec\.files\.mountPath is \/data, .* keeps its uploads at \/var\/www\/html\/wp-content\/uploads\. Leave mountPath out/,
    ],
    [
      'the temporary files',
      'Generic',
      { mountPath: '/tmp' },
      /spec\.files\.mountPath .* \/tmp is the platform's/,
    ],
    ['below the temporary files', 'Generic', { paths: paths('/tmp/x') }, /spec\.files\.paths .* \/tmp is/],
    ["a preset's own space", 'WordPress', { config: ['/run'] }, /spec\.web\.configFiles .* \/run is/],
    ['the kernel', 'Generic', { config: ['/proc/sys'] }, /\/proc is the platform's/],
    ['above what the kubelet writes', 'Generic', { config: ['/etc'] }, /\/etc\/hostname is the platform's/],
    ['what the kubelet writes', 'Generic', { config: ['/etc/resolv.conf'] }, /\/etc\/resolv\.conf is/],
    ['over the application', 'WordPress', { config: ['/var/www/html'] }, /hide the application .* subPath/],
    [
      'the usual place of the volume',
      'Generic',
      { config: ['/data'] },
      /where spec\.files\.mountPath mounts/,
    ],
    [
      'that of a folder',
      'Generic',
      { paths: paths('/srv/a'), config: ['/srv/a'] },
      /spec\.web\.configFiles .* where spec\.files\.paths mounts something already/,
    ],
  ];
  for (const [title, preset, written, message] of refused) {
    it(`may not be ${title}`, () => {
      const [first = '', ...more] = refusals(preset, written);
      assert.match(first, message);
      assert.deepEqual(more, []);
    });
  }

  it('are free where there is no volume', () => {
    const configFiles = [{ configMap: { name: 'settings' }, mountPath: '/data' }];
    assert.deepEqual(
      mountPathRefusals(testSite({ preset: 'Generic', files: undefined, web: { configFiles } })),
      [],
    );
  });
});
