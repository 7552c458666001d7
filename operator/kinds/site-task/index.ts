import type { ApiKind } from '../../api/kind.ts';
import { columns } from './columns.ts';
import { conditions } from './conditions.ts';
import { events } from './events.ts';
import { reasons } from './reasons.ts';
import { siteTaskNames, siteTaskSpec } from './site-task.ts';
import { siteTaskStatus } from './status.ts';
import { unseenStatus } from './unseen-status.ts';
import { words } from './words.ts';

export const siteTask = {
  names: siteTaskNames,
  description: 'A command that runs once in what a site serves with.',
  role: 'action',
  spec: siteTaskSpec,
  status: siteTaskStatus,
  unseenStatus,
  // The name is a label of the pod, and with five characters more the name of the Job: the name of that is a label too.
  rules: [
    {
      rule: 'size(self.metadata.name) <= 52',
      message: 'metadata.name: write a name of at most 52 characters, or a shorter generateName',
    },
    {
      rule: "self.metadata.name.matches(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
      message: "metadata.name: write lower-case letters, digits and '-', with a letter or digit at both ends",
    },
  ],
  columns,
  words,
  conditions,
  reasons,
  events,
} as const satisfies ApiKind;
