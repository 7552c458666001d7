import {
  oneCommandAtATime,
  opensWhatIsRecorded,
  releaseOpensOnce,
  taskOpensOnce,
} from './invariants-commands.ts';
import { before, passes, pod, revision, task } from './invariants-story-commands.ts';
import { labelled } from './invariants-story.ts';
import type { Case } from './invariants-story.ts';

export const casesOfCommands: readonly Case[] = [
  [releaseOpensOnce, 'a second pod is let through', 'wrong', (s) => passes(passes(revision(s), 'p'), 'q')],
  [
    releaseOpensOnce,
    'a second pod is made without its gate',
    'wrong',
    (s) => pod(passes(revision(s), 'p'), 'q'),
  ],
  [
    releaseOpensOnce,
    'a second pod is let through when the first is gone',
    'wrong',
    (s) => passes(passes(revision(s), 'p').ends('Pod', 'p'), 'q'),
  ],
  [
    releaseOpensOnce,
    'a pod of the name is made anew and let through',
    'wrong',
    (s) =>
      passes(revision(s), 'p')
        .ends('Pod', 'p')
        .is(
          'Pod',
          'p',
          { spec: {} },
          {
            labels: { ...labelled('command').labels, 'hostedsite.dev/release': 'r2' },
            uid: 'another',
          },
        ),
  ],
  [
    releaseOpensOnce,
    'another pod is let through when the release was asked for again',
    'right',
    (s) => passes(revision(passes(revision(s), 'p'), 'Failed 2 h', 3), 'q'),
  ],
  [
    releaseOpensOnce,
    'a second pod stays behind its gate',
    'right',
    (s) => pod(passes(revision(s), 'p'), 'q', 'gated'),
  ],
  [
    taskOpensOnce,
    'a second pod is let through',
    'wrong',
    (s) => passes(passes(task(s, ''), 'p', 'task'), 'q', 'task'),
  ],
  [
    taskOpensOnce,
    'a task of the same name is another task',
    'right',
    (s) =>
      passes(
        task(passes(task(s, ''), 'p', 'task').ends('SiteTask', 'report'), '', undefined, 'next'),
        'q',
        'task',
      ),
  ],
  [oneCommandAtATime, 'a pod is let through while another runs', 'wrong', (s) => passes(passes(s, 'p'), 'q')],
  [
    oneCommandAtATime,
    'a task begins while a release runs',
    'wrong',
    (s) => passes(passes(s, 'p'), 'q', 'task'),
  ],
  [
    oneCommandAtATime,
    'a release that wants the site to stand still begins beside a task',
    'wrong',
    (s) => passes(passes(s.site({ release: { command: ['m'], order: 'Maintenance' } }), 'p', 'task'), 'q'),
  ],
  [oneCommandAtATime, 'two tasks run', 'right', (s) => passes(passes(s, 'p', 'task'), 'q', 'task')],
  [
    oneCommandAtATime,
    'a release begins beside a task',
    'right',
    (s) => passes(passes(s.site(before), 'p', 'task'), 'q'),
  ],
  [oneCommandAtATime, 'the first is over', 'right', (s) => passes(pod(passes(s, 'p'), 'p', 'over'), 'q')],
  [oneCommandAtATime, 'the first is gone', 'right', (s) => passes(passes(s, 'p').ends('Pod', 'p'), 'q')],
  [oneCommandAtATime, 'the other waits behind its gate', 'right', (s) => passes(pod(s, 'p', 'gated'), 'q')],
  [opensWhatIsRecorded, 'nothing is written down', 'wrong', (s) => passes(revision(s), 'p')],
  [
    opensWhatIsRecorded,
    'another pod is written down',
    'wrong',
    (s) => passes(revision(s, 'Running q h'), 'p'),
  ],
  [
    opensWhatIsRecorded,
    'it is written down a moment later',
    'wrong',
    (s) => revision(passes(revision(s), 'p'), 'Running p h'),
  ],
  [opensWhatIsRecorded, 'its revision is gone', 'wrong', (s) => passes(s, 'p')],
  [opensWhatIsRecorded, 'the task says nothing', 'wrong', (s) => passes(task(s, ''), 'p', 'task')],
  [opensWhatIsRecorded, 'this pod is written down', 'right', (s) => passes(revision(s, 'Running p h'), 'p')],
  [
    opensWhatIsRecorded,
    'the task names this pod',
    'right',
    (s) => passes(task(s, '', 'Running p'), 'p', 'task'),
  ],
  [
    opensWhatIsRecorded,
    'it changes again afterwards',
    'right',
    (s) => pod(revision(passes(revision(s, 'Running p h'), 'p'), 'Succeeded'), 'p', 'over'),
  ],
];
