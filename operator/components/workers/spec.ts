import type * as z from 'zod';
import { entryResources, group, listBy, listOf, matches, text, whole } from '../../api/fields.ts';

/** What an entry of `workers` means where nothing is written; `resolve.ts` applies it. */
export const workerDefaults = { replicas: 1, terminationGracePeriodSeconds: 30 } as const;

const entry = group('A command that runs all the time.', {
  name: text('Its name: of its Deployment, and on its pods.', {
    max: 40,
    rules: [
      matches(
        '[a-z0-9]([-a-z0-9]*[a-z0-9])?',
        "write lower-case letters, digits and '-', with a letter or digit at both ends",
      ),
    ],
  }),
  command: listOf(
    text('A word of the command.', { max: 32768 }),
    "What runs, in the image, with the environment and on the volumes of the site's pods. It is to run on, and to end at SIGTERM when what it has begun is done. No shell reads it: write one if need be.",
    {
      max: 64,
      rules: [
        {
          rule: "size(self) > 0 && self[0] != ''",
          message: "write a command, for example [php, artisan, 'queue:work']",
        },
      ],
    },
  ),
  replicas: whole(
    `How many of it run. 0 stops it; a site that is switched off (\`replicas: 0\`) has none. Default: ${workerDefaults.replicas}.`,
    { min: 0, max: 20 },
  ).exactOptional(),
  terminationGracePeriodSeconds: whole(
    `How long it may take to end after SIGTERM; then it is killed. Longer than what it does at a time takes. Seconds. Default: ${workerDefaults.terminationGracePeriodSeconds}.`,
    { min: 1, max: 3600 },
  ).exactOptional(),
  resources: entryResources('each of its pods', 'those of `web`, one by one').exactOptional(),
});

export const workersSpec = listBy(
  'name',
  entry,
  'Commands that run all the time beside the pods that serve, such as consumers of a queue: each in pods of its own, of the release that serves. Default: none.',
  { max: 16 },
);

export type WorkersSpec = z.input<typeof workersSpec>;
