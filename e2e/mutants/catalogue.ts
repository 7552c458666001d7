import { cache } from './families/cache.ts';
import { cleanup } from './families/cleanup.ts';
import { commands } from './families/commands.ts';
import { configuration } from './families/configuration.ts';
import { dataPolicy } from './families/data-policy.ts';
import { edge } from './families/edge.ts';
import { edgeCrowd } from './families/edge-crowd.ts';
import { expiry } from './families/expiry.ts';
import { foundAgain } from './families/found-again.ts';
import { identity } from './families/identity.ts';
import { level } from './families/level.ts';
import { liveness } from './families/liveness.ts';
import { order } from './families/order.ts';
import { releaseCommand } from './families/release-command.ts';
import { status } from './families/status.ts';
import { tasks } from './families/tasks.ts';
import { tenancy } from './families/tenancy.ts';
import type { Mutant } from './mutant.ts';

/** Every seeded defect. A suite that lets more than one in twenty of them pass proves nothing. */
export const catalogue: readonly Mutant[] = [
  ...order,
  ...identity,
  ...cache,
  ...level,
  ...status,
  ...liveness,
  ...cleanup,
  ...edge,
  ...edgeCrowd,
  ...tenancy,
  ...commands,
  ...configuration,
  ...dataPolicy,
  ...expiry,
  ...foundAgain,
  ...tasks,
  ...releaseCommand,
];
