import { taskRights } from './actions/site-task/task-loop.ts';
import { components } from './components/index.ts';
import { definitionRights } from './kube/watch/definition.ts';
import { eventRights } from './kube/events.ts';
import { leaseRights } from './kube/leader/lease.ts';
import type { Right } from './kube/right.ts';
import { passRights } from './sites/rights.ts';

/** All that the operator has to be allowed to do. The rules of its roles in the chart are generated from this. */
export const operatorRights: readonly Right[] = [
  ...components.flatMap(({ rights }) => rights),
  ...passRights,
  ...taskRights,
  ...eventRights,
  ...definitionRights,
  ...leaseRights,
];
