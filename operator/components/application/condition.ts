import type { PartCondition } from '../condition.ts';
import type { SharedReason } from '../reasons.ts';

export const condition = {
  type: 'ApplicationReady',
  means: "The application's first installation and the command of the release, where there is one, are done.",
  counts: 'in-ready',
  neededByPods: true,
} as const satisfies PartCondition;

export const reasons = {
  Installed: 'The first installation is done.',
  VariableTaken: 'A name of spec.web.generatedEnv has a value already: take it out, or write another one.',
  ConfigMapNotFound:
    'A ConfigMap of spec.web.configFiles, or a key of it, is not there: create it, or correct the reference. It is looked for after ten seconds, then less and less often, at last every five minutes; at once when the site is changed.',
  ConfigMapTooLarge:
    'The files of spec.web.configFiles are more than 1 MiB, or their ConfigMaps more than 2 MiB: name the keys that are wanted, or put large files elsewhere.',
  CommandSucceeded: 'The command of the release has succeeded.',
  CommandFailed:
    'The command of the release failed, and the release is not rolled out: the message says why, and how to try again.',
  ReleaseCommandFailed:
    'The command of the release failed, and what ran before runs on: correct what is wrong and release anew, or change release.command; for the same again give the annotation hostedsite.dev/restartedAt another value.',
  InstallFailed: 'The first installation failed: the log of its Job says why; delete the Job to try again.',
} as const;

export type Reason = SharedReason | keyof typeof reasons;
