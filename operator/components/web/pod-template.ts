import type { PodSpec, Probe } from 'kubernetes-types/core/v1.d.ts';
import { applicationContainer, applicationPod, placement } from '../pod/application-pod.ts';
import type { Container, Gathered, PodTemplate, Site, Volume } from '../component.ts';
import { selector } from '../selector.ts';

/** So long the application serves on after its end was ordered, until no gateway sends it visitors any more. */
const drain = 10;

export function podTemplate(site: Site, { bindings, sidecars }: Gathered): PodTemplate {
  const pod = applicationPod(site, bindings);
  const spec = {
    ...pod,
    ...placement(site),
    terminationGracePeriodSeconds: site.rollout.terminationGracePeriodSeconds,
    initContainers: sidecars.initContainers,
    containers: [container(site, bindings)],
    volumes: [...pod.volumes, ...sidecars.volumes] as Volume[],
  } satisfies PodSpec;
  return { metadata: { labels: selector(site, 'web') }, spec };
}

function container(site: Site, bindings: Gathered['bindings']): Container {
  const { port, command, args } = site.web;
  return {
    name: 'application',
    ...applicationContainer(site, bindings, site.image),
    ...(command === undefined ? {} : { command: [...command] }),
    ...(args === undefined ? {} : { args: [...args] }),
    ports: [{ name: 'application', containerPort: port, protocol: 'TCP' }],
    startupProbe: healthy(site, { periodSeconds: 1, failureThreshold: site.web.startupSeconds }),
    readinessProbe: healthy(site, { periodSeconds: 2, failureThreshold: 3 }),
    livenessProbe: alive,
    // The kubelet then tells the last lines of a container that failed: nobody needs the right to read logs for them.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    lifecycle: { preStop: { sleep: { seconds: drainSeconds(site) } } },
  };
}

/**
 * As a visitor comes by way of a gateway: an application may refuse hosts that it does not know, and send everybody to https.
 * The address of a pod is nobody's host, and a redirect there leads nowhere.
 */
function healthy(
  { web, hosts: [host] }: Site,
  rhythm: Pick<Probe, 'periodSeconds' | 'failureThreshold'>,
): Probe {
  const httpHeaders = [
    ...(host === undefined ? [] : [{ name: 'Host', value: host }]),
    { name: 'X-Forwarded-Proto', value: 'https' },
  ];
  const httpGet = { path: web.healthPath, port: 'application', httpHeaders };
  return { httpGet, timeoutSeconds: 5, ...rhythm };
}

/**
 * Only that the port is open: a restart helps neither a slow database nor a front page that fails, and would take the pod from
 * the visitors whose pages still work.
 */
const alive: Probe = {
  tcpSocket: { port: 'application' },
  periodSeconds: 10,
  timeoutSeconds: 5,
  failureThreshold: 6,
};

/**
 * At most two thirds of the time to end: the application answers what runs during the sleep too, so the rest is for the longest
 * requests only. Kubernetes refuses a sleep longer than all of it.
 */
function drainSeconds({ rollout }: Site): number {
  return Math.max(1, Math.min(drain, Math.floor((rollout.terminationGracePeriodSeconds * 2) / 3)));
}
