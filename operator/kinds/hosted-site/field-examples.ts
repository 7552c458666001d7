import { words } from './words-of-components.ts';

/** For each field of the spec the value that the last line of its description shows. */
export const fieldExamples: Readonly<Record<string, unknown>> = {
  spec: { image: 'registry.example.org/shop:1', hosts: ['example.org'] },
  'spec.image': 'registry.example.org/shop:1.4.2',
  'spec.imagePullSecrets': [{ name: 'registry' }],
  'spec.imagePullSecrets[].name': 'registry',
  'spec.preset': 'WordPress',
  'spec.hosts': ['www.example.org', 'example.org'],
  'spec.environment': 'Staging',
  'spec.size': 'Medium',
  'spec.replicas': 3,
  'spec.suspend': true,
  'spec.deletionPolicy': 'Retain',
  'spec.ttl': '72h',

  resources: { requests: { cpu: '250m' }, limits: { memory: '1Gi' } },
  'resources.requests': { cpu: '250m', memory: '512Mi' },
  'resources.requests.cpu': '250m',
  'resources.requests.memory': '512Mi',
  'resources.requests.ephemeral-storage': '64Mi',
  'resources.limits': { cpu: 2, memory: '1Gi' },
  'resources.limits.cpu': 2,
  'resources.limits.memory': '1Gi',
  'resources.limits.ephemeral-storage': '4Gi',
  storageClassName: 'fast',
  ...Object.fromEntries(words.flatMap(({ examples = {} }) => Object.entries(examples))),
};

/** What else the spec must hold, with what that needs itself, where a field is refused without it. */
export const besideExamples: Readonly<Record<string, Record<string, unknown>>> = {
  ...Object.fromEntries(words.flatMap(({ besideExamples = {} }) => Object.entries(besideExamples))),
  'spec.preset': { database: { engine: 'MariaDB' } },
  'spec.ttl': { environment: 'Development', deletionPolicy: 'Delete' },
};
