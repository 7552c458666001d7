import { seconds } from '../../api/duration.ts';
import type { Site, Sources } from '../component.ts';
import { merged } from '../pod/resources.ts';
import { defaultIdleTimeout, progressDeadline, rolloutDefaults, webDefaults } from './spec.ts';
import type { RolloutSpec, WebSpec } from './spec.ts';

export function resolve(
  { web: written = {}, rollout }: { web?: WebSpec; rollout?: RolloutSpec },
  from: Sources,
): Pick<Site, 'web' | 'rollout'> {
  const web = resolvedWeb(written, from);
  const progressDeadlineSeconds = progressDeadline(web.startupSeconds);
  return { web, rollout: { ...rolloutDefaults, progressDeadlineSeconds, ...rollout } };
}

function resolvedWeb(web: WebSpec, { preset, size }: Sources): Site['web'] {
  const { command, args, idleTimeout, resources, ...written } = web;
  const isDiskWritten = resources?.limits?.['ephemeral-storage'] !== undefined;
  return {
    port: preset.port,
    env: [],
    envFrom: [],
    generatedEnv: [],
    configFiles: [],
    healthPath: preset.healthPath,
    ...webDefaults,
    ...written,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    idleTimeoutSeconds: seconds(idleTimeout ?? defaultIdleTimeout),
    resources: merged(size.web.resources, resources),
    ...(isDiskWritten ? { isDiskWritten } : {}),
  };
}
