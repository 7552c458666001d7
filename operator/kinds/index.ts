import type { ApiKind } from '../api/kind.ts';
import { hostedSite } from './hosted-site/index.ts';
import { siteTask } from './site-task/index.ts';

/** What people write and read. Definitions, rights for people and the reference are generated from this list. */
export const kinds: readonly ApiKind[] = [
  // One a line: a new one is a line more.
  hostedSite,
  siteTask,
];
