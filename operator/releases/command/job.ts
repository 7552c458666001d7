import { commandJob, container } from '../../commands/job.ts';
import { commandPod } from '../../components/pod/command-pod.ts';
import type { Manifest, Revision, Site } from '../../components/component.ts';
import { orderLabel, releaseLabel } from '../../objects/labels.ts';
import { attemptAnnotations, commandHash, jobName } from './attempt.ts';

type Written = NonNullable<Site['release']>;

/** The Job of a release's command. Namespace, owner and the labels of the site are stamped on it as on every object. */
export function releaseJob(
  site: Site,
  { command, order, deadlineSeconds }: Written,
  { name, number, template }: Pick<Revision, 'name' | 'number' | 'template'>,
  withdrawals: number,
): Manifest {
  return commandJob({
    name: jobName(site),
    labels: {},
    podLabels: { [releaseLabel]: name, [orderLabel]: order },
    annotations: {
      [attemptAnnotations.revision]: name,
      [attemptAnnotations.number]: String(number),
      [attemptAnnotations.hash]: commandHash(command),
      [attemptAnnotations.withdrawals]: String(withdrawals),
    },
    spec: commandPod(site, template, { command, name: container }),
    deadlineSeconds,
  });
}
