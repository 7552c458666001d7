import type * as z from 'zod';
import { group, listOf, oneOf, text, whole } from '../../api/fields.ts';

/** What `release` means where nothing is written; `resolve.ts` applies it. */
export const releaseDefaults = { order: 'Before', deadlineSeconds: 3600 } as const;

export const releaseSpec = group('What belongs to a release besides its pods. Default: nothing.', {
  command: listOf(
    text('A word of the command.', { max: 32768 }),
    'What runs once for each release, in a pod of its own: in the image of the new release, with the environment and on the volumes of its pods. ' +
      'It is begun at most once, and a release whose command fails is not rolled out. It counts from the next release on. No shell reads it: write one if need be.',
    {
      max: 64,
      rules: [
        {
          rule: "size(self) > 0 && self[0] != ''",
          message: "write a command, for example [sh, -c, 'my-migrations --all']",
        },
      ],
    },
  ),
  order: oneOf(
    ['Before', 'After', 'Maintenance'],
    'When it runs. Before: the new pods start when it has succeeded, and what ran before serves on meanwhile. After: when the new pods serve. ' +
      'Maintenance: as Before, but visitors get the maintenance page, from before it begins until no pod of the release before is left, and there are no workers meanwhile. ' +
      `Default: ${releaseDefaults.order}.`,
  ).exactOptional(),
  deadlineSeconds: whole(
    `How long it may take, with the pull of its image and its start; then it is stopped and has failed. Seconds. Default: ${releaseDefaults.deadlineSeconds}.`,
    { min: 10, max: 86_400 },
  ).exactOptional(),
});

export type ReleaseSpec = z.input<typeof releaseSpec>;
