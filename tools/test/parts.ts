import { alone, first, second, sideBySide } from '../../e2e/story-groups.ts';
import { clusterName } from '../../e2e/cluster/instance.ts';
import type { Lane, Part, Row } from './part.ts';

const mocha = ['node', 'node_modules/mocha/bin/mocha.js'];
const cluster = ['node', 'e2e/cluster/main.ts'];
const patient = ['--no-config', '--timeout', '600000', '--exit'];
const rig = [
  'argo-cd/health',
  'control-plane/api-server',
  'control-plane/autoscaling',
  'control-plane/chart',
  'control-plane/definition',
  'control-plane/deletion-guard',
  'control-plane/images',
  'control-plane/oci',
  'control-plane/route',
  'control-plane/route-policy',
  'control-plane/site-chart',
  'faults/proxy',
  'faults/proxy-watches',
  'faults/rights',
  'faults/world-commands',
].map((name) => `e2e/${name}.e2e.ts`);
const stories = [...mocha, '--config', 'e2e/.mocharc.json'];
const filesOf = (names: readonly string[]): string[] => names.map((name) => `e2e/${name}.e2e.ts`);
const processes = 'e2e/faults/processes/processes.e2e.ts';
const ofRigs = ['Debian packages', 'programs'] as const;
const ofStories = ['cluster', 'images'] as const;

/** The parts at once, each in a lane of its own. */
const atOnce = (...all: readonly Part[]): Row => all.map((part) => [part]);

/** What `make check` runs. Two at a time where each would leave a processor idle; mutants use two themselves. */
const check: readonly Row[] = [
  atOnce(
    { name: 'types', command: ['make', 'types'], counts: 'one' },
    { name: 'generated files', command: ['make', 'verify'], counts: 'one' },
  ),
  atOnce(
    { name: 'lint and architecture', command: ['make', 'lint'], counts: 'one' },
    { name: 'unit', command: mocha, counts: 'mocha' },
  ),
  atOnce({ name: 'mutants', command: ['make', 'mutants'], counts: 'one' }),
];

/** What the rest needs. Building has no clock but that of silence: a first run compiles Kubernetes. */
const builds: readonly Row[] = [
  atOnce({
    name: 'Debian packages',
    command: [...cluster, 'packages'],
    counts: 'one',
    gives: 'Debian packages',
  }),
  // The ones compile while the others download.
  atOnce(
    { name: 'programs', command: [...cluster, 'programs'], counts: 'one', gives: 'programs' },
    {
      name: 'images',
      command: ['node', 'e2e/images.ts'],
      counts: 'one',
      needs: ['Debian packages'],
      gives: 'images',
    },
  ),
];

/** Each run of it is compared with what comes of an undisturbed one: nothing else runs meanwhile. */
const faults: Row = atOnce({
  name: 'faults',
  command: ['make', 'faults', 'SAMPLE=100'],
  counts: 'mocha',
  needs: ofRigs,
});

/** It asks for speed at its beginning, and then waits for minutes. */
const processesLane: Lane = [
  { name: 'processes', command: [...mocha, ...patient, processes], counts: 'mocha', needs: ofRigs },
];

/**
 * Meanwhile the image's own Varnish without a cluster, which leaves the other lane its speed, and what is in images; then the API
 * server alone and what is in the way to it, and what the cluster is made of.
 */
const edgeLane: Lane = [
  {
    name: 'edge',
    command: [...mocha, ...patient, 'e2e/edge/*.e2e.ts', 'e2e/publish/*.e2e.ts'],
    counts: 'mocha',
    needs: ['Debian packages', 'images'],
  },
  { name: 'fault rig', command: [...mocha, ...patient, ...rig], counts: 'mocha', needs: ofRigs },
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
];

const firstLane: Lane = [
  {
    name: 'cluster starts',
    command: [...cluster, 'up'],
    counts: 'one',
    needs: ofRigs,
    gives: 'cluster',
  },
  {
    name: 'chart',
    command: [...cluster, 'enter', ...mocha, '--no-config', '--timeout', '60000', 'charts/*.e2e.ts'],
    counts: 'mocha',
    needs: ['cluster'],
  },
  {
    name: 'stories side by side',
    command: [...stories, '--parallel', '--jobs', '3', ...filesOf(sideBySide)],
    counts: 'mocha',
    needs: ofStories,
  },
  {
    name: 'stories one by one',
    command: [...stories, ...filesOf(first)],
    counts: 'mocha',
    needs: ofStories,
  },
];

/** Another cluster of this checkout than the one that whoever runs this has named. */
const onSecond = { cluster: [clusterName, 'second'].filter(Boolean).join('-') };

const secondLane: Lane = [
  {
    name: 'three nodes start',
    command: [...cluster, 'up', '--nodes', '3'],
    counts: 'one',
    needs: ofRigs,
    gives: 'cluster of three nodes',
    ...onSecond,
  },
  {
    name: 'stories of nodes',
    command: [...mocha, '--config', 'e2e/three-nodes/.mocharc.json'],
    counts: 'mocha',
    needs: ['cluster of three nodes', 'images'],
    ...onSecond,
  },
  { name: 'three nodes stop', command: [...cluster, 'down'], counts: 'one', afterwards: true, ...onSecond },
  {
    name: 'second cluster starts',
    command: [...cluster, 'up'],
    counts: 'one',
    needs: ofRigs,
    gives: 'second cluster',
    ...onSecond,
  },
  {
    name: 'stories on the second cluster',
    command: [...stories, ...filesOf(second)],
    counts: 'mocha',
    needs: ['second cluster', 'images'],
    ...onSecond,
  },
  {
    name: 'second cluster stops',
    command: [...cluster, 'down'],
    counts: 'one',
    afterwards: true,
    ...onSecond,
  },
];

/** Nothing else runs on the machine. */
const lastLane: Lane = [
  { name: 'stories alone', command: [...stories, ...filesOf(alone)], counts: 'mocha', needs: ofStories },
  { name: 'cluster stops', command: [...cluster, 'down'], counts: 'one', afterwards: true },
];

/** `make test`, row by row. */
export const parts: readonly Row[] = [
  ...check,
  ...builds,
  [processesLane, edgeLane],
  faults,
  [firstLane, secondLane],
  [lastLane],
];
