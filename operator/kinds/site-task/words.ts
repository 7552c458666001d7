import type { FieldWords } from '../../api/field-words.ts';

/** What the descriptions of a task's fields end with. */
export const words: FieldWords = {
  examples: {
    spec: { siteName: 'shop', command: ['drush', 'cron'] },
    'spec.siteName': 'shop',
    'spec.command': ['sh', '-c', 'my-task --all'],
    'spec.resources': { limits: { memory: '1Gi' } },
    'resources.requests': { memory: '512Mi' },
    'resources.limits': { memory: '1Gi' },
    cpu: '500m',
    memory: '512Mi',
    'ephemeral-storage': '1Gi',
    'spec.deadlineSeconds': 600,
    'spec.ttlSecondsAfterFinished': 86400,
  },
  besideExamples: {},
  neighbours: {
    spec: [
      ['site, siteRef, hostedSite', 'siteName'],
      ['args, script, run, exec', 'command'],
      ['timeout, activeDeadlineSeconds', 'deadlineSeconds'],
      ['ttl', 'ttlSecondsAfterFinished'],
      'There is no image, env or schedule: it runs in what serves. For a schedule write spec.cron of the HostedSite.',
    ],
  },
  samples: {
    array: ['spec.command'],
    object: ['spec.resources'],
    string: ['spec.siteName'],
    integer: ['spec.deadlineSeconds'],
  },
};
