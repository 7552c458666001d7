import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.cron': [{ name: 'report', schedule: 'H 3 * * *', command: ['./report'] }],
    'spec.cron[].name': 'report',
    'spec.cron[].schedule': 'H 3 * * *',
    'spec.cron[].command': ['./report'],
    'spec.cron[].activeDeadlineSeconds': 600,
    'spec.cron[].timeZone': 'Europe/Berlin',
  },
  neighbours: {
    'spec.cron[].command': ['It is a list of words: a line such as `php report.php` is refused.'],
  },
};
