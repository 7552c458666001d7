import type { PartWords } from '../declaration.ts';

export const words: PartWords = {
  examples: {
    'spec.release': { command: ['./migrate', '--all'] },
    'spec.release.command': ['./migrate', '--all'],
    'spec.release.order': 'Before',
    'spec.release.deadlineSeconds': 1800,
  },
  neighbours: {
    'spec.release': [
      ['hook, migrate, migration, preDeploy, releaseCommand', 'command'],
      ['when, phase', 'order'],
      ['timeout, activeDeadlineSeconds', 'deadlineSeconds'],
    ],
    'spec.release.command': ['It is a list of words: a line such as `php migrate.php` is refused.'],
    'spec.release.order': [
      ['PreSync, pre, preDeploy', 'Before'],
      ['PostSync, post, postDeploy', 'After'],
      ['Offline, maintenance', 'Maintenance'],
    ],
  },
};
