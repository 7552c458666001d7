import { alone, sideBySide } from '../../e2e/story-groups.ts';
import type { Part } from './part.ts';

const mocha = ['node', 'node_modules/mocha/bin/mocha.js'];
const cluster = ['node', 'e2e/cluster/main.ts'];
const patient = ['--no-config', '--timeout', '600000', '--exit'];
const rig = [
  'control-plane/api-server',
  'control-plane/autoscaling',
  'control-plane/definition',
  'control-plane/deletion-guard',
  'control-plane/route',
  'control-plane/route-policy',
  'faults/proxy',
  'faults/proxy-watches',
  'faults/rights',
  'faults/world-commands',
].map((name) => `e2e/${name}.e2e.ts`);
const stories = [...mocha, '--config', 'e2e/.mocharc.json'];
const filesOf = (names: readonly string[]): string[] => names.map((name) => `e2e/${name}.e2e.ts`);
const processes = 'e2e/faults/processes/processes.e2e.ts';
const ofRigs = ['Debian packages', 'programs'] as const;

/** What `make check` runs. Two at a time where each would leave a processor idle; mutants use two themselves. */
const check: readonly (readonly Part[])[] = [
  [
    { name: 'types', command: ['make', 'types'], counts: 'one' },
    { name: 'generated files', command: ['make', 'verify'], counts: 'one' },
  ],
  [
    { name: 'lint and architecture', command: ['make', 'lint'], counts: 'one' },
    { name: 'unit', command: mocha, counts: 'mocha' },
  ],
  [{ name: 'mutants', command: ['make', 'mutants'], counts: 'one' }],
];

/** What the rest needs. Building has no clock but that of silence: a first run compiles Kubernetes. */
const builds: readonly (readonly Part[])[] = [
  [
    {
      name: 'Debian packages',
      command: [...cluster, 'packages'],
      counts: 'one',
      gives: 'Debian packages',
    },
  ],
  // The ones compile while the others download.
  [
    { name: 'programs', command: [...cluster, 'programs'], counts: 'one', gives: 'programs' },
    {
      name: 'images',
      command: ['node', 'e2e/images.ts'],
      counts: 'one',
      needs: ['Debian packages'],
      gives: 'images',
    },
  ],
];

/** The API server alone and what is in the way to it, and the image's own Varnish without a cluster. The two of a row mostly wait. */
const rigs: readonly (readonly Part[])[] = [
  [{ name: 'fault rig', command: [...mocha, ...patient, ...rig], counts: 'mocha', needs: ofRigs }],
  [
    { name: 'processes', command: [...mocha, ...patient, processes], counts: 'mocha', needs: ofRigs },
    {
      name: 'edge',
      command: [...mocha, ...patient, 'e2e/edge/*.e2e.ts'],
      counts: 'mocha',
      needs: ['Debian packages', 'images'],
    },
  ],
  [{ name: 'faults', command: ['make', 'faults', 'SAMPLE=100'], counts: 'mocha', needs: ofRigs }],
];

const oneNode: readonly Part[] = [
  {
    name: 'cluster starts',
    command: [...cluster, 'up'],
    counts: 'one',
    needs: ['Debian packages', 'programs'],
    gives: 'cluster',
  },
  {
    name: 'storage driver',
    command: ['go', '-C', 'e2e/cluster/storage', 'test', '-v', './...'],
    counts: 'go',
    needs: ['Debian packages'],
  },
  {
    name: 'policy gate',
    command: ['go', '-C', 'e2e/cluster/policy-gate', 'test', '-v', './...'],
    counts: 'go',
    needs: ['Debian packages'],
  },
  {
    name: 'chart',
    command: [...cluster, 'enter', ...mocha, '--no-config', '--timeout', '60000', 'charts/chart.e2e.ts'],
    counts: 'mocha',
    needs: ['cluster'],
  },
  {
    name: 'stories side by side',
    command: [...stories, '--parallel', '--jobs', '3', ...filesOf(sideBySide)],
    counts: 'mocha',
    needs: ['cluster', 'images'],
  },
  {
    name: 'stories alone',
    command: [...stories, ...filesOf(alone)],
    counts: 'mocha',
    needs: ['cluster', 'images'],
  },
  { name: 'cluster stops', command: [...cluster, 'down'], counts: 'one', afterwards: true },
];

const threeNodes: readonly Part[] = [
  {
    name: 'three nodes start',
    command: [...cluster, 'up', '--nodes', '3'],
    counts: 'one',
    needs: ['Debian packages', 'programs'],
    gives: 'cluster of three nodes',
  },
  {
    name: 'stories of nodes',
    command: [...mocha, '--config', 'e2e/three-nodes/.mocharc.json'],
    counts: 'mocha',
    needs: ['cluster of three nodes', 'images'],
  },
  { name: 'three nodes stop', command: [...cluster, 'down'], counts: 'one', afterwards: true },
];

/** `make test`, row by row; the parts of a row run at once. */
export const parts: readonly (readonly Part[])[] = [
  ...check,
  ...builds,
  ...rigs,
  ...[...oneNode, ...threeNodes].map((part) => [part]),
];
