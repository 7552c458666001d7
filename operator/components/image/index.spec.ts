import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { Manifest, Observed, Released, Revision } from '../component.ts';
import { containerStatus, documents, liveObject, observed, released, testSite } from '../../testing/site.ts';
import { image } from './index.ts';
import { resolvedImage } from './pod.ts';

const site = testSite({ resolvesTag: true, imagePullSecrets: [{ name: 'registry' }] });
const unresolved: Partial<Revision> = { inputs: '0123456789abcdef', unresolved: true };
const { revision: pending } = released({ revision: unresolved });
const waiting: Released = { ...released(), state: { is: 'resolving', desired: pending } };
const name = 'shop-image-0123456789';
const sha = `sha256:${'4'.repeat(64)}`;

/** Made so many seconds before what is seen. */
function asker(status: Record<string, unknown>, secondsAgo = 5): Observed {
  const { now } = observed();
  const creationTimestamp = new Date(now.getTime() - secondsAgo * 1000).toISOString();
  const pod = liveObject('Pod', name, { metadata: { creationTimestamp }, status });
  return observed({ owned: [pod], pods: [pod] });
}

const made = (imageID: string): Record<string, unknown> => {
  const terminated = { exitCode: 128, reason: 'StartError', message: 'no such file or directory' };
  return {
    phase: 'Failed',
    containerStatuses: [containerStatus('application', { terminated }, { imageID })],
  };
};
const refused = {
  phase: 'Pending',
  containerStatuses: [
    containerStatus('application', { waiting: { reason: 'ErrImagePull', message: '401 Unauthorized' } }),
  ],
};
const evicted = { phase: 'Failed', reason: 'Evicted' };

const names = (objects: readonly { object: Manifest }[]): string[] =>
  objects.map(({ object }) => object.metadata.name);

describe('the digest of an image', () => {
  it('is asked for where the site says so', () => {
    assert.ok(image.enabled(site));
    assert.ok(!image.enabled(testSite()));
  });

  it('is asked for by the pod of the golden file', () => {
    const expected = image.manifests(site, observed(), waiting);
    expectGolden(new URL('golden/pod.yaml', import.meta.url), documents(expected));
  });

  it('is asked for while a release waits for it, and not afterwards', () => {
    assert.deepEqual(names(image.manifests(site, asker(refused), waiting)), [name]);
    assert.deepEqual(image.manifests(site, asker(refused), released()), []);
  });

  it('is asked for beside the volume that only one node can mount', () => {
    const shared = testSite({ resolvesTag: true, files: undefined });
    const [beside, elsewhere] = [site, shared].map((one) => image.manifests(one, observed(), waiting)[0]);
    assert.ok(JSON.stringify(beside).includes('podAffinity'));
    assert.ok(!JSON.stringify(elsewhere).includes('podAffinity'));
  });

  it('is asked for again, but not at once, when the pod ended without an answer', () => {
    assert.deepEqual(names(image.manifests(site, asker(evicted, 9), waiting)), [name]);
    assert.deepEqual(image.manifests(site, asker(evicted, 10), waiting), []);
    assert.deepEqual(names(image.manifests(site, asker(made(sha), 10), waiting)), [name]);
  });

  it('is what the runtime says of the container', () => {
    const repository = 'registry.example.org/shop';
    assert.equal(resolvedImage(site, asker(made(`${repository}@${sha}`)), pending), `${repository}@${sha}`);
    assert.equal(resolvedImage(site, asker(made(sha)), pending), site.image);
    const [own] = made(`${repository}@${sha}`)['containerStatuses'] as object[];
    const injected = containerStatus('aaa', {}, { imageID: `${repository}@sha256:${'5'.repeat(64)}` });
    const both = asker({ containerStatuses: [injected, own] });
    assert.equal(resolvedImage(site, both, pending), `${repository}@${sha}`);
    assert.equal(resolvedImage(site, asker(refused), pending), undefined);
    assert.equal(resolvedImage(site, observed(), pending), undefined);
  });
});

describe('the report on the digest', () => {
  const rows: Record<string, { seen: Observed; all?: Released; status: string; message: RegExp }> = {
    'before the pod is there': { seen: observed(), status: 'Unknown/Resolving', message: /is pulled/ },
    'while the image is pulled': {
      seen: asker({
        phase: 'Pending',
        containerStatuses: [containerStatus('application', { waiting: { reason: 'ContainerCreating' } })],
      }),
      status: 'Unknown/Resolving',
      message: /is pulled, to know which content its tag has\.$/,
    },
    'while another release runs': {
      seen: observed(),
      all: { ...waiting, state: { is: 'resolving', desired: { ...pending, name: 'shop-web-2222222222' } } },
      status: 'Unknown/Resolving',
      message: /is pulled.*what ran before runs on\.$/,
    },
    'of an image that is refused': {
      seen: asker(refused),
      status: 'False/ImagePullFailed',
      message: /shop:1\.4\.2 of the container application cannot be pulled/,
    },
    'of a pod that ended without an answer': {
      seen: asker(evicted),
      status: 'Unknown/Resolving',
      message: /ended \(Evicted\); another one is made\.$/,
    },
    'of a release that is resolved': {
      seen: observed(),
      all: released({ revision: { resolvedImage: `shop@${sha}` } }),
      status: 'True/Resolved',
      message: /^The release runs shop@sha256:4/,
    },
    'of a release from before': {
      seen: observed(),
      all: released(),
      status: 'True/Resolved',
      message: /shop:1\.4\.2, whatever its registry gives/,
    },
  };
  for (const [title, { seen, all = waiting, status, message }] of Object.entries(rows)) {
    it(`${title} is ${status}`, () => {
      const { ready } = image.report(site, seen, all);
      assert.equal(`${ready.status}/${ready.reason}`, status);
      assert.match(ready.message, message);
    });
  }

  it('gives the release up at its deadline, and looks again then', () => {
    const at = (seconds: number) => image.report(site, asker(refused, seconds), waiting);
    assert.equal(at(599).failure, undefined);
    assert.deepEqual(at(599).recheckAt, new Date(observed().now.getTime() + 1000));
    assert.match(
      at(600).failure ?? '',
      /^\S+shop:1\.4\.2 was not ready within 600 seconds\. The image .* cannot be pulled\./,
    );
    assert.equal(at(600).recheckAt, undefined);
  });
});
