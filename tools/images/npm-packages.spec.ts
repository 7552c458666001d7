import assert from 'node:assert/strict';
import { npmPackages } from './npm-packages.ts';

const lock = {
  packages: {
    '': { name: 'hostedsite', version: '0.1.0' },
    'node_modules/@colors/colors': { version: '1.6.0', license: 'MIT', integrity: 'sha512-TFYA4jk=' },
    'node_modules/prom-client': {
      name: '@prometheus-io/client',
      version: '0.16.1',
      license: '(MIT OR Apache-2.0)',
    },
    'node_modules/a/node_modules/b': { version: '2.0.0-rc.1+build', license: 'SEE LICENSE IN LICENSE.md' },
    'node_modules/closed': { version: '1.0.0', license: 'UNLICENSED' },
  },
};

describe('npm packages of a bundle', () => {
  it('are those that its files are of, each once', () => {
    const files = [
      'operator/main.ts',
      'node_modules/@colors/colors/lib/a.js',
      'node_modules/@colors/colors/lib/b.js',
      '../elsewhere/node_modules/prom-client/index.js',
      'node_modules/a/node_modules/b/index.js',
      'node_modules/closed/index.js',
    ];
    assert.deepEqual(npmPackages(files, lock), [
      {
        name: '@colors/colors',
        version: '1.6.0',
        purl: 'pkg:npm/%40colors/colors@1.6.0',
        licence: 'MIT',
        sha512: '4c5600e239',
      },
      {
        name: '@prometheus-io/client',
        version: '0.16.1',
        purl: 'pkg:npm/%40prometheus-io/client@0.16.1',
        licence: '(MIT OR Apache-2.0)',
      },
      { name: 'b', version: '2.0.0-rc.1+build', purl: 'pkg:npm/b@2.0.0-rc.1%2Bbuild' },
      { name: 'closed', version: '1.0.0', purl: 'pkg:npm/closed@1.0.0' },
    ]);
  });

  it('that the lock does not know are an error', () => {
    assert.throws(() => npmPackages(['node_modules/new/index.js'], lock), /no version of node_modules\/new/);
  });
});
