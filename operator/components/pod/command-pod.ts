import type { PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { Container, CronEntry, PodTemplate, Resources, Volume, VolumeMount } from '../component.ts';
import { placement } from './application-pod.ts';
import { merged } from './resources.ts';

/** As much of a site as says where its pods should be. */
export type Placed = Parameters<typeof placement>[0];

/** What runs in the site's image, once or by a schedule. */
export interface Command {
  command: readonly string[];
  resources?: CronEntry['resources'];
  /** Of its container. */
  name: string;
}

/**
 * The application's container of a release's own template, with another command: image, environment, volumes and rights
 * are those of the pods that serve. What belongs to serving stays behind: sidecars, ports, probes, how it drains; and how soon
 * it leaves a lost node: the next run waits until this one is known to have ended, so there is nothing to be gained.
 */
export function commandPod(
  site: Placed,
  { spec }: PodTemplate,
  { command, resources, name }: Command,
): PodSpec {
  const {
    initContainers: _i,
    topologySpreadConstraints: _t,
    tolerations: _o,
    readinessGates: _r,
    ...pod
  } = spec;
  const { affinity } = placement(site);
  const served = (spec['containers'] ?? []) as Container[];
  const application = served.find((container) => container.name === 'application');
  if (application === undefined) throw new Error('the release has no container named application');
  const {
    args: _a,
    ports: _p,
    startupProbe: _s,
    readinessProbe: _y,
    livenessProbe: _l,
    lifecycle: _c,
    ...rest
  } = application;
  const mounts = (rest['volumeMounts'] ?? []) as VolumeMount[];
  const isMounted = ({ name }: Volume) => mounts.some((mount) => mount.name === name);
  return {
    ...withoutAffinity(pod),
    ...(affinity === undefined ? {} : { affinity }),
    restartPolicy: 'Never',
    volumes: ((spec['volumes'] ?? []) as Volume[]).filter(isMounted),
    containers: [{ ...rest, name, command: [...command], ...resourcesOf(rest, resources) }],
  };
}

/** Where nothing is written, they are those of the release. */
function resourcesOf(
  application: Record<string, unknown>,
  written: CronEntry['resources'],
): { resources?: Resources } {
  if (written === undefined) return {};
  const { requests = {}, limits = {} } = (application['resources'] ?? {}) as Partial<Resources>;
  return { resources: merged({ requests, limits }, written) };
}

function withoutAffinity({ affinity: _, ...pod }: Record<string, unknown>): Record<string, unknown> {
  return pod;
}
