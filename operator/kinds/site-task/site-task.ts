import type * as z from 'zod';
import { entryResources, group, listOf, matches, text, whole } from '../../api/fields.ts';
import type { SiteTaskStatus } from './status.ts';

/** The names under which the cluster knows a SiteTask. */
export const siteTaskNames = {
  group: 'hostedsite.dev',
  version: 'v1alpha1',
  apiVersion: 'hostedsite.dev/v1alpha1',
  kind: 'SiteTask',
  plural: 'sitetasks',
  singular: 'sitetask',
  shortNames: ['task', 'tasks'],
  categories: ['hosting'],
} as const;

/** What the spec means when nothing is written. */
export const taskDefaults = { deadlineSeconds: 3600 } as const;

export const siteTaskSpec = group(
  'What is to run.',
  {
    siteName: text(
      'Name of the HostedSite in the same namespace: the command runs in the image of its release that serves, with the environment and on the volumes of its pods.',
      { max: 40, rules: [matches('[a-z]([-a-z0-9]*[a-z0-9])?', 'write the name of a HostedSite')] },
    ),
    command: listOf(
      text('A word of the command.', { max: 16384 }),
      'What runs, once. No shell reads it: write one if need be.',
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
    resources: entryResources('its pod', "those of the site's web pods, one by one").exactOptional(),
    deadlineSeconds: whole(
      `How long it may take from the creation of the task on, waiting included; then it is stopped and has failed. Seconds. Default: ${taskDefaults.deadlineSeconds}.`,
      { min: 10, max: 86_400 },
    ).exactOptional(),
    ttlSecondsAfterFinished: whole(
      'How long the task stays after its end; then it is deleted, with its pod and its log. Seconds. Default: it stays.',
      { min: 0, max: 31_536_000 },
    ).exactOptional(),
  },
  [{ rule: 'self == oldSelf', message: 'a task cannot change: delete it and create another one' }],
);

/** What a user writes. */
export type SiteTaskSpec = z.input<typeof siteTaskSpec>;

/** A SiteTask as the API server hands it over. */
export type SiteTask = {
  apiVersion: string;
  kind: string;
  metadata: SiteTaskMetadata;
  spec: SiteTaskSpec;
  status?: SiteTaskStatus;
};

export type SiteTaskMetadata = {
  name: string;
  namespace: string;
  uid: string;
  generation: number;
  creationTimestamp: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  resourceVersion?: string;
  deletionTimestamp?: string;
};
