import type { PartCondition } from '../condition.ts';

export const condition = {
  type: 'ImageResolved',
  means:
    'It is known which content the image of the release has. Present where the image has a tag that is resolved.',
  counts: 'in-ready',
} as const satisfies PartCondition;

export const reasons = {
  Resolved: 'The release has its image.',
  Resolving: 'The image of the release is pulled, to know which content its tag has.',
} as const;
