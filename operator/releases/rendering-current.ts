import type { ConditionType } from '../kinds/hosted-site/conditions.ts';
import type { ComponentCondition, ReleaseState } from '../components/component.ts';
import { reportedRevision } from '../components/release-state.ts';
import type { Judgement } from './judgement.ts';
import { restartAnnotation } from '../objects/labels.ts';
import { isRolledOut } from './rollout.ts';

const type: ConditionType = 'RenderingCurrent';

/**
 * Whether the pods are what this operator renders for the spec. A release is never rendered again by itself, so what is mended in
 * a new version of the operator reaches a site with its next release. Once False it stays so until that one serves everywhere.
 */
export function renderingCurrent(judgement: Judgement): ComponentCondition | undefined {
  const { state, isOlderRendering } = judgement;
  if (isOlderRendering === undefined || state === undefined) return undefined;
  if (isOlderRendering) return older(judgement);
  return (wasOlder(judgement) && successor(judgement, state)) || upToDate;
}

const upToDate: ComponentCondition = {
  status: 'True',
  reason: 'UpToDate',
  message: 'The pods are what this operator renders for the spec.',
};

function wasOlder({ seen }: Judgement): boolean {
  return seen.site.status?.conditions?.some((one) => one.type === type && one.status === 'False') === true;
}

/** What there is to say while the release that is to replace an older one does not serve everywhere. */
function successor(judgement: Judgement, state: ReleaseState): ComponentCondition | undefined {
  if (state.is === 'rolledBack') return older(judgement);
  if (isRolledOut(judgement.seen, reportedRevision(state))) return undefined;
  const message = 'Pods that this operator rendered take over from those that an earlier one did.';
  return { status: 'False', reason: 'RollingOut', message };
}

function older({ seen: { site } }: Judgement): ComponentCondition {
  const { name, namespace } = site.metadata;
  const message =
    'Another version or configuration of the operator rendered the pods, and they run on as they are. To have them replaced: ' +
    `kubectl annotate hostedsite ${name} -n ${namespace} --overwrite ${restartAnnotation}="$(date +%s)"`;
  return { status: 'False', reason: 'OlderRendering', message };
}
