import type * as z from 'zod';
import { entryResources, group, listBy, listOf, matches, text, whole } from '../../api/fields.ts';

/** What an entry of `cron` means where nothing is written; `resolve.ts` applies it. */
export const cronDefaults = { activeDeadlineSeconds: 3600, timeZone: 'Etc/UTC' } as const;

/** How a value of each field is written, in the order of the fields; as Kubernetes takes it. */
const values = [
  '[0-5]?[0-9]',
  '([01]?[0-9]|2[0-3])',
  '(0?[1-9]|[12][0-9]|3[01])',
  '(0?[1-9]|1[0-2]|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))',
  '([0-6]|(?i:sun|mon|tue|wed|thu|fri|sat))',
];
const five = values.map(listOfParts).join(' +');

function listOfParts(value: string): string {
  const part = `(([*]|H([(]${value}-${value}[)])?|${value}-${value})(/[1-9][0-9]?)?|${value})`;
  return `${part}(,${part})*`;
}

const zonePart = '[A-Z][-+_a-zA-Z0-9]*';
const unlessOther = "self.startsWith('@') || self.contains('TZ=')";

const schedule = text(
  'When it runs: minute, hour, day of the month, month and day of the week (0 is Sunday). H stands for a value that ' +
    'follows from the names of site and entry and stays the same, so that not all sites run at once: `H 3 * * *`, ' +
    '`H/15 * * * *`, `H H(0-7) * * *`.',
  {
    max: 256,
    rules: [
      { rule: "!self.startsWith('@')", message: 'write five fields instead of a word: H 0 * * * for @daily' },
      { rule: "!self.contains('TZ=')", message: 'write the time zone into timeZone: Europe/Berlin' },
      {
        rule: `${unlessOther} || self.matches(r'^${five}$')`,
        message:
          "write five fields (minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-6), each of *, H, numbers, ranges and lists: '30 3 * * 1-5', 'H/15 * * * *'",
      },
    ],
  },
);

const entry = group('A command that runs by a schedule.', {
  name: text('Its name: of its CronJob, in the status and in metrics.', {
    max: 40,
    rules: [
      matches(
        '[a-z0-9]([-a-z0-9]*[a-z0-9])?',
        "write lower-case letters, digits and '-', with a letter or digit at both ends",
      ),
    ],
  }),
  schedule,
  command: listOf(
    text('A word of the command.', { max: 32768 }),
    "What runs, in the image, with the environment and on the volumes of the site's pods. No shell reads it: write one if need be.",
    {
      max: 64,
      rules: [
        {
          rule: "size(self) > 0 && self[0] != ''",
          message: "write a command, for example [sh, -c, 'my-task --all']",
        },
      ],
    },
  ),
  activeDeadlineSeconds: whole(
    `How long it may run; then it is stopped and has failed. Seconds. Default: ${cronDefaults.activeDeadlineSeconds}.`,
    { min: 1, max: 604_800 },
  ).exactOptional(),
  resources: entryResources('its pod', 'those of `web`, one by one').exactOptional(),
  timeZone: text(
    `Time zone of the schedule, by its name in the time zone database. Default: ${cronDefaults.timeZone}.`,
    {
      max: 64,
      rules: [
        matches(
          `${zonePart}(/${zonePart})*`,
          'write the name of a time zone, such as Europe/Berlin or Etc/UTC',
        ),
      ],
    },
  ).exactOptional(),
});

export const cronSpec = listBy(
  'name',
  entry,
  "Commands that run by schedules, each in a pod of its own and never twice at once. An entry with the name of one of the preset's replaces that one. Default: the preset's.",
  { max: 32 },
);

export type CronSpec = z.input<typeof cronSpec>;
