import type * as z from 'zod';
import { group, listBy, listOf, oneOf, text, whole } from '../../api/fields.ts';
import { heldThings, holders } from '../../components/holds.ts';
import { conditionAbout } from '../condition.ts';
import { effectiveSpec } from './effective.ts';

const condition = conditionAbout('the site');

function reported(description: string) {
  return group(description, {
    image: text('Its image, as it was written.', { max: 512 }),
    digest: text('The content that its image had when it began, where that was resolved or written.', {
      max: 256,
    }).exactOptional(),
    revision: text('Name of its ControllerRevision.', { max: 253 }),
  });
}

const command = group('The command of a release: what spec.release asks for.', {
  phase: oneOf(
    ['Waiting', 'Running', 'Succeeded', 'Failed'],
    'How far it is. Waiting: it has not begun, and reason says what for.',
  ),
  revision: text('Name of the ControllerRevision of its release.', { max: 253 }),
  reason: text('What it waits for, or how it ended, in one word.', { max: 128 }).exactOptional(),
  exitCode: whole('With which code it ended.', { min: 0, max: 255 }).exactOptional(),
  startTime: text('When it began. RFC 3339.', { max: 64 }).exactOptional(),
  completionTime: text('When it ended. RFC 3339.', { max: 64 }).exactOptional(),
  message: text(
    'Its last lines, without credentials in addresses, when it failed; what it wrote to /dev/termination-log when it succeeded.',
    { max: 1024 },
  ).exactOptional(),
  logs: text('What shows its output, while its pod is there.', { max: 512 }).exactOptional(),
});

const release = group('The latest release, and what serves.', {
  desired: reported('The latest release that began.').exactOptional(),
  running: reported(
    'The release that serves: another one than desired until that one does. Absent while none does.',
  ).exactOptional(),
  lastGood: text('Image of the last release that served.', { max: 512 }).exactOptional(),
  outcome: oneOf(
    ['Progressing', 'Succeeded', 'Failed', 'RolledBack'],
    'How the latest release came out. Failed: it did not come up, or its command failed. RolledBack: it was not ready by its deadline, and the last good one runs again.',
  ).exactOptional(),
  message: text(
    'What there is to say about the latest release: why it failed, with the last lines of its container.',
    { max: 32768 },
  ).exactOptional(),
  command: command.exactOptional(),
});

const hold = group('A hold.', {
  who: oneOf(holders, 'Who holds: the field of the spec that says so, or that makes it so.'),
  what: listOf(
    oneOf(
      heldThings,
      'What is held. Changes: nothing of the site is written. Commands: no command of a release begins. Cron: no cron job begins. Tasks: new ones are refused. Workers: there are none.',
    ),
    'What is held.',
    { max: heldThings.length },
  ),
  why: text('Why, in a sentence.', { max: 512 }),
});

const cron = group('A cron job.', {
  name: text('Its name.', { max: 40 }),
  lastStart: text('When its last run began, by its schedule or by hand. RFC 3339.', {
    max: 64,
  }).exactOptional(),
  lastSuccess: text('When its last run that succeeded ended. RFC 3339.', { max: 64 }).exactOptional(),
  lastFailure: text('When its last run that failed ended, while the Job of that is there. RFC 3339.', {
    max: 64,
  }).exactOptional(),
  missed: whole(
    'Periods of its schedule in a row that went by without a success; 10 stands for 10 or more.',
    {
      min: 0,
      max: 10,
    },
  ),
});

export const hostedSiteStatus = group('What the site is. Written by the operator.', {
  observedGeneration: whole('Generation of the spec that this status is about.', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }).exactOptional(),
  conditions: listBy('type', condition, 'Statements about the site; Ready sums them up.', {
    max: 32,
  }).exactOptional(),
  effective: effectiveSpec.exactOptional(),
  preset: text('The preset in force.', { max: 64 }).exactOptional(),
  replicas: whole('Number of pods that the operator sees.', { min: 0, max: 1000 }).exactOptional(),
  desiredReplicas: whole('Number of pods that there are to be, by the spec or its autoscaler.', {
    min: 0,
    max: 1000,
  }).exactOptional(),
  selector: text('Label selector of these pods, for autoscalers.', { max: 1024 }).exactOptional(),
  urls: listOf(
    text('An address.', { max: 300 }),
    'Addresses that are published: those of spec.hosts, and of a dropped one until no pod knows it.',
    {
      max: 128,
    },
  ).exactOptional(),
  release: release.exactOptional(),
  deletionPolicy: oneOf(
    ['Retain', 'Delete'],
    'What becomes of volumes and credentials if the site is deleted now. A change of spec.deletionPolicy counts when it is here.',
  ).exactOptional(),
  expiry: group('When the site deletes itself with its data. Absent while it does not.', {
    time: text(
      'When. A site that is changed later than that, and before it is deleted, stays until its new time. RFC 3339.',
      { max: 64 },
    ),
    since: text('What spec.ttl counts from: when the site was made, changed or released last. RFC 3339.', {
      max: 64,
    }),
    restart: text(
      'The value of the annotation hostedsite.dev/restartedAt that this counts, as a hash; empty without it.',
      {
        max: 64,
      },
    ),
    noticeTime: text(
      'When it was told by the Event ExpiresSoon: an hour before at the latest, with a shorter ttl as long before as that is. RFC 3339.',
      { max: 64 },
    ).exactOptional(),
  }).exactOptional(),
  database: group('The database.', {
    primary: text('Name of the pod that takes writes.', { max: 253 }).exactOptional(),
  }).exactOptional(),
  cron: listOf(cron, 'The cron jobs.', { max: 64 }).exactOptional(),
  holds: listOf(hold, 'Who holds what of the site. Absent while nobody does.', {
    max: holders.length,
  }).exactOptional(),
});

export type HostedSiteStatus = z.input<typeof hostedSiteStatus>;
export type HostedSiteCondition = z.input<typeof condition>;
