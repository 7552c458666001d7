import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import type { EnvironmentVariable, Manifest, Observed, PodTemplate, Revision } from '../component.ts';
import { documents, livePod, observed, released, testObjectCache, testSite } from '../../testing/site.ts';
import { objectCache } from './index.ts';
import { asksForPassword } from './password.ts';

const site = testSite({ preset: 'Generic', objectCache: testObjectCache });
const bound = objectCache.bindings?.(site, observed()).env ?? [];

/** A release whose application has these variables. */
function template(env: readonly EnvironmentVariable[]): PodTemplate {
  return { metadata: {}, spec: { containers: [{ name: 'application', env: [...env] }] } };
}
const knows = template(bound);
const older = template(bound.filter(({ name }) => name !== 'REDIS_PASSWORD'));
const without = template([]);

function revision(name: string, of: PodTemplate): Revision {
  return { ...released().revision, name, template: of };
}

/** What is seen of releases that all have a pod. */
function running(...revisions: Revision[]): Observed {
  return observed({
    revisions,
    pods: revisions.map(({ name }) => livePod({ revision: name, name: `${name}-0` })),
  });
}

describe('the password of an object cache', () => {
  const next = revision('next', knows);
  const rows: [string, PodTemplate, Observed, boolean][] = [
    ['the first release has it', knows, observed(), true],
    ['every pod has it', knows, running(revision('before', knows), next), true],
    ['a release from before there was one runs', older, running(revision('before', older)), false],
    ['a pod of such a release is left', knows, running(revision('before', older), next), false],
    ['such a release is gone back to', older, running(next), false],
    [
      'one is kept that no pod runs',
      knows,
      { ...running(next), revisions: [revision('b', older), next] },
      true,
    ],
    ['a pod is left that knows of no object cache', knows, running(revision('before', without), next), true],
  ];
  for (const [when, of, seen, expected] of rows)
    it(`is ${expected ? '' : 'not '}asked for when ${when}`, () => {
      assert.equal(
        asksForPassword(site, seen, released({ revision: { name: 'next', template: of } })),
        expected,
      );
    });

  it('leaves a server as it is until then', () => {
    const server = (of: PodTemplate): Manifest | undefined =>
      objectCache
        .manifests(site, observed(), released({ revision: { template: of } }))
        .find(({ object }) => object.kind === 'Deployment')?.object;
    assert.doesNotMatch(JSON.stringify(server(older)), /password|AUTH|"sh"/);
    assert.match(JSON.stringify(server(knows)), /REDISCLI_AUTH/);
  });

  it('is in no argument, and in a Secret that is made once', () => {
    const file = new URL('golden/valkey-with-password.yaml', import.meta.url);
    expectGolden(
      file,
      documents(objectCache.manifests(site, observed(), released({ revision: { template: knows } }))),
    );
  });

  it('is bound by the name that the application reads, and Memcached has none', () => {
    const secretKeyRef = { name: 'shop-object-cache', key: 'password' };
    assert.deepEqual(bound.at(-1), { name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef } });
    const plain = testSite({ preset: 'Generic', objectCache: { ...testObjectCache, engine: 'Memcached' } });
    const kinds = objectCache.manifests(plain, observed(), released()).map(({ object }) => object.kind);
    assert.deepEqual(kinds, ['Service', 'Deployment']);
    assert.equal(asksForPassword(plain, observed(), released()), false);
  });
});
