import assert from 'node:assert/strict';
import { extraManifests, manifest, manifests } from './addons.ts';
import { extraImages, imageReference, infrastructure } from './images.ts';
import { readDocuments } from '../../operator/api/yaml.ts';

interface Workload {
  kind: string;
  metadata: { labels?: Record<string, string> };
  spec?: {
    template?: { metadata: { labels: Record<string, string> }; spec: { containers: { image: string }[] } };
  };
}

describe('the manifests of DNS, storage, ingress and metrics', () => {
  const objects = [...manifests, ...extraManifests].flatMap(
    (path) => readDocuments(manifest(path)) as Workload[],
  );
  const workloads = objects.filter(({ spec }) => spec?.template !== undefined);

  it('run only images that every node has from its first start', () => {
    const references = [...infrastructure, ...extraImages].map(imageReference);
    const used = workloads
      .flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
      .map((container) => container.image);
    assert.equal(used.length, 3);
    assert.deepEqual(
      used.filter((reference) => !references.includes(reference)),
      [],
    );
  });

  it('label every pod that a start waits for', () => {
    for (const { spec } of workloads)
      assert.equal(spec?.template?.metadata.labels['hostedsite-cluster'], 'addon');
  });
});
