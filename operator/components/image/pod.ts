import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { placement } from '../pod/application-pod.ts';
import type { Manifest, Observed, Owned, Revision, Site } from '../component.ts';
import { pullSecrets } from '../pod/pull-secrets.ts';
import { restrictedContainer, restrictedPod } from '../pod/restricted.ts';
import { answer } from './reference.ts';

/** Milliseconds between one that ended without an answer, evicted for instance, and the next. */
const pause = 10_000;

/** In no image: the container is made, which needs the image, and nothing of the image runs. */
const command = '/hostedsite-resolves-the-image';
/** As in the pods that serve: what is told of it names the same container. A cluster may add others. */
const container = 'application';
const group = 65532;

/**
 * The kubelet pulls the image with the site's own credentials, which the operator may not read, and tells in the pod's status
 * what it got. The name is that of the release's inputs: a pod that asks for another release is another pod.
 */
export function pod(site: Site, pending: Revision): Owned {
  const { affinity } = placement(site);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: podName(site, pending) },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod(group),
        ...pullSecrets(site),
        // Where the release will begin, the image is there already then.
        ...(affinity === undefined ? {} : { affinity }),
        containers: [
          {
            name: container,
            image: site.image,
            // A node that has an older content of the tag must not answer from memory.
            imagePullPolicy: 'Always',
            command: [command],
            resources,
            securityContext: restrictedContainer(),
          },
        ],
      },
    } satisfies Pod & Manifest,
    lifetime: 'site',
    write: 'createOnce',
  };
}

const resources = {
  requests: { cpu: '1m', memory: '16Mi', 'ephemeral-storage': '1Mi' },
  limits: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
};

type Asked = Pick<Revision, 'inputs'>;

export function podOf(site: Site, seen: Pick<Observed, 'pods'>, revision: Asked): Manifest | undefined {
  const name = podName(site, revision);
  return seen.pods.find(({ metadata }) => metadata.name === name);
}

function podName(site: Site, { inputs }: Asked): string {
  return `${site.name}-image-${inputs.slice(0, 10)}`;
}

/** The site's image as the kubelet found it: by its digest; as it is written where it has none; undefined while nobody knows. */
export function resolvedImage(site: Site, seen: Pick<Observed, 'pods'>, revision: Asked): string | undefined {
  const found = podOf(site, seen, revision);
  const imageID = found === undefined ? '' : imageIDOf(found);
  return imageID === '' ? undefined : answer(imageID, site.image);
}

/** It ended without an answer, and some time ago. */
export function isSpent(found: Manifest, now: Date): boolean {
  return hasFailed(found) && now.getTime() >= spentAt(found).getTime();
}

export function hasFailed(found: Manifest): boolean {
  const { phase } = statusOf(found);
  return imageIDOf(found) === '' && (phase === 'Failed' || phase === 'Succeeded');
}

export function spentAt(found: Manifest): Date {
  return new Date(madeAt(found) + pause);
}

/** Milliseconds since 1970. */
export function madeAt({ metadata }: Manifest): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function imageIDOf(found: Manifest): string {
  const own = statusOf(found).containerStatuses?.find(({ name }) => name === container);
  return own?.imageID ?? '';
}

function statusOf(found: Manifest): NonNullable<Pod['status']> {
  return (found as Manifest & Pod).status ?? {};
}
