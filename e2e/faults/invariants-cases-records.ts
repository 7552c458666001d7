import {
  cronStandsStill,
  phasesGoForward,
  recordsGoForward,
  servesAfterItsCommand,
} from './invariants-commands.ts';
import { before, cron, passes, pod, revision, serves, task, told } from './invariants-story-commands.ts';
import type { Case } from './invariants-story.ts';

export const casesOfRecords: readonly Case[] = [
  [servesAfterItsCommand, 'nothing has been run', 'wrong', (s) => serves(revision(s.site(before)), 'r2')],
  [
    servesAfterItsCommand,
    'it still runs',
    'wrong',
    (s) => serves(revision(s.site(before), 'Running p h'), 'r2'),
  ],
  [
    servesAfterItsCommand,
    'it has failed, and something else ran before',
    'wrong',
    (s) => serves(revision(serves(s, 'r1').site(before), 'Failed 2 h'), 'r2'),
  ],
  [
    servesAfterItsCommand,
    'it has succeeded',
    'right',
    (s) => serves(revision(s.site(before), 'Succeeded'), 'r2'),
  ],
  [servesAfterItsCommand, 'there is no command', 'right', (s) => serves(revision(s.site()), 'r2')],
  [
    servesAfterItsCommand,
    'it comes afterwards',
    'right',
    (s) => serves(revision(s.site({ release: { command: ['m'], order: 'After' } })), 'r2'),
  ],
  [
    servesAfterItsCommand,
    'it was served before there was a command',
    'right',
    (s) => serves(serves(s.site(), 'r2').site(before), 'r2'),
  ],
  [cronStandsStill, 'a cron job is due when the command begins', 'wrong', (s) => passes(cron(s, false), 'p')],
  [
    cronStandsStill,
    'a cron job is let go on too early',
    'wrong',
    (s) => cron(passes(cron(s, true), 'p'), false),
  ],
  [cronStandsStill, 'a cron job is made meanwhile', 'wrong', (s) => cron(passes(s, 'p'), false)],
  [
    cronStandsStill,
    'they are suspended until its end',
    'right',
    (s) => cron(pod(passes(cron(s, true), 'p'), 'p', 'over'), false),
  ],
  [cronStandsStill, 'the command waits behind its gate', 'right', (s) => pod(cron(s, false), 'p', 'gated')],
  [cronStandsStill, 'a task runs', 'right', (s) => passes(cron(s, false), 'p', 'task')],
  [recordsGoForward, 'a success is forgotten', 'wrong', (s) => revision(revision(s, 'Succeeded'))],
  [
    recordsGoForward,
    'a success is followed by another start',
    'wrong',
    (s) => revision(revision(s, 'Succeeded'), 'Running p h'),
  ],
  [recordsGoForward, 'what runs is forgotten', 'wrong', (s) => revision(revision(s, 'Running p h'))],
  [
    recordsGoForward,
    'what runs is another pod',
    'wrong',
    (s) => revision(revision(s, 'Running p h'), 'Running q h'),
  ],
  [
    recordsGoForward,
    'what runs is withdrawn',
    'wrong',
    (s) => revision(revision(s, 'Running p h'), 'Withdrawn 2'),
  ],
  [recordsGoForward, 'a failure is forgotten', 'wrong', (s) => revision(revision(s, 'Failed 2 h'))],
  [
    recordsGoForward,
    'a task forgets its pod',
    'wrong',
    (s) => task(task(s, 'Running', 'Running p'), 'Running'),
  ],
  [
    recordsGoForward,
    'one try fails and the next succeeds',
    'right',
    (s) =>
      ['Withdrawn 1', 'Running p h', 'Failed 2 h', 'Running q i', 'Succeeded'].reduce(
        (story, record) => revision(story, record),
        revision(s),
      ),
  ],
  [
    recordsGoForward,
    'a revision is deleted and rendered anew',
    'right',
    (s) =>
      revision(s, 'Succeeded')
        .ends('ControllerRevision', 'r2')
        .is('ControllerRevision', 'r2', {}, { uid: 'next' }),
  ],
  [phasesGoForward, 'a task runs, and then waits', 'wrong', (s) => task(task(s, 'Running'), 'Pending')],
  [phasesGoForward, 'a task has failed, and then runs', 'wrong', (s) => task(task(s, 'Failed'), 'Running')],
  [
    phasesGoForward,
    'a task has failed, and then succeeded',
    'wrong',
    (s) => task(task(s, 'Failed'), 'Succeeded'),
  ],
  [phasesGoForward, 'a task loses its phase', 'wrong', (s) => task(task(s, 'Pending'), '')],
  [
    phasesGoForward,
    'the command of a release has succeeded, and then runs',
    'wrong',
    (s) => s.site({}, {}, told('Succeeded')).site({}, {}, told('Running')),
  ],
  [
    phasesGoForward,
    'the command of a release has succeeded, and that of the next runs',
    'right',
    (s) => s.site({}, {}, told('Succeeded')).site({}, {}, told('Running', 'r3')),
  ],
  [
    phasesGoForward,
    'the command of a release has failed, and is tried again',
    'right',
    (s) => s.site({}, {}, told('Failed')).site({}, {}, told('Waiting')).site({}, {}, told('Succeeded')),
  ],
  [
    phasesGoForward,
    'a task goes its way',
    'right',
    (s) =>
      ['Pending', 'Running', 'Running', 'Succeeded', 'Succeeded'].reduce(
        (story, phase) => task(story, phase),
        task(s, ''),
      ),
  ],
];
