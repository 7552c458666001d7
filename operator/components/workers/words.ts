import type { PartWords } from '../declaration.ts';

export const words: PartWords = {
  examples: {
    'spec.workers': [{ name: 'mail', command: ['./worker', 'mail'], replicas: 2 }],
    'spec.workers[].name': 'mail',
    'spec.workers[].command': ['./worker', 'mail'],
    'spec.workers[].replicas': 2,
    'spec.workers[].terminationGracePeriodSeconds': 120,
  },
  neighbours: {
    spec: [['worker, queues, consumers', 'workers']],
    'spec.workers[].command': ['It is a list of words: a line such as `php worker.php` is refused.'],
  },
};
