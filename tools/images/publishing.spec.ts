import assert from 'node:assert/strict';
import { readYAML } from '../../operator/api/yaml.ts';
import { isImageName } from '../../e2e/cluster/images.ts';
import { imagesValues, published, publishRefusal, pushFailure } from './publishing.ts';

const target = 'registry.example.org/hostedsite/varnish:0.1.0';
const failure = (words: string): string => pushFailure('registry.example.org/hostedsite', target, words);

describe('images for a registry', () => {
  it('are those of sites, the operator and WordPress, each of which is built here', () => {
    assert.deepEqual([...published].sort(), ['mariadb', 'object-cache', 'operator', 'varnish', 'wordpress']);
    assert.ok(published.every(isImageName));
  });

  for (const registry of [
    'registry.example.org/hostedsite',
    'registry.example.org',
    'registry.example.org:5000/a/b-c_d.e',
    'localhost/hostedsite',
    'localhost:5000',
    'registry:5000/hostedsite',
    '10.0.0.1:5000/x',
    '[::1]:5000/x',
    'docker.io/example',
  ])
    it(`go to ${registry}`, () => {
      assert.equal(publishRefusal(registry, '1'), undefined);
      assert.equal(publishRefusal(registry, ''), undefined);
    });

  const refused: Record<string, [string, string?]> = {
    'https://registry.example.org/hostedsite': [
      'REGISTRY is a name without a scheme: write REGISTRY=registry.example.org/hostedsite',
    ],
    'docker://Registry.example.org/Shop/': [
      'REGISTRY is a name without a scheme: write REGISTRY=registry.example.org/shop',
    ],
    'registry.example.org/shop/': [
      'REGISTRY does not end with a slash: write REGISTRY=registry.example.org/shop',
    ],
    'registry.example.org/Shop': ['REGISTRY is lower case: write REGISTRY=registry.example.org/shop'],
    'registry.example.org:5000/shop:1': [
      'REGISTRY has no tag and no digest, these are added: write REGISTRY=registry.example.org/hostedsite',
    ],
    'registry.example.org/shop@sha256:ab': [
      'REGISTRY has no tag and no digest, these are added: write REGISTRY=registry.example.org/hostedsite',
    ],
    shop: [
      "REGISTRY=shop is a registry's host and a path, as in REGISTRY=registry.example.org/hostedsite or REGISTRY=docker.io/example",
    ],
    'example/shop': [
      "REGISTRY=example/shop is a registry's host and a path, as in REGISTRY=registry.example.org/hostedsite or REGISTRY=docker.io/example",
    ],
    'registry.example.org//shop': [
      "REGISTRY=registry.example.org//shop is a registry's host and a path, as in REGISTRY=registry.example.org/hostedsite or REGISTRY=docker.io/example",
    ],
    'registry.example.org/a b': [
      "REGISTRY=registry.example.org/a b is a registry's host and a path, as in REGISTRY=registry.example.org/hostedsite or REGISTRY=docker.io/example",
    ],
    '': ['Say where the images are to go: make images REGISTRY=registry.example.org/hostedsite PUSH=1'],
    'registry.example.org': [
      'PUSH is 1 or is left out, not yes: make images REGISTRY=registry.example.org/hostedsite PUSH=1',
      'yes',
    ],
  };
  for (const [registry, [sentence, push = '1']] of Object.entries(refused))
    it(`do not go to ${registry === '' ? 'nowhere' : registry} with PUSH=${push}`, () =>
      assert.equal(publishRefusal(registry, push), sentence));

  for (const words of [
    'reading manifest: unauthorized: authentication required',
    'requested access to the resource is denied',
    'unable to retrieve auth token: invalid username/password: unauthorized',
    'received unexpected HTTP status: 403 Forbidden',
  ])
    it(`ask for a login after "${words}"`, () => {
      assert.match(failure(words), /buildah login registry\.example\.org, .*REGISTRY_AUTH_FILE/);
    });

  it('ask for the file of logins that was named', () => {
    assert.equal(
      failure('Error: checking authfile: stat /home/a/auth.json: no such file or directory'),
      'REGISTRY_AUTH_FILE is /home/a/auth.json, which is not there: buildah login registry.example.org writes it, or name another.',
    );
  });

  it('say what plain HTTP asks for', () => {
    const words = 'Get "https://localhost:5000/v2/": http: server gave HTTP response to HTTPS client';
    assert.match(failure(words), /^registry\.example\.org speaks plain HTTP/);
  });

  it('leave all else to the last words of buildah', () => {
    const words =
      'buildah push: time="…" level=warning msg="Failed, retrying in 2s"\nError: pushing image: connect: connection refused\n';
    assert.equal(failure(words), `${target} was not pushed: pushing image: connect: connection refused`);
  });

  it('are named for the chart by digest, those that it knows', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const values = imagesValues('registry.example.org/h', {
      wordpress: digest,
      varnish: digest,
      operator: digest,
    });
    assert.deepEqual(readYAML(values), {
      registry: 'registry.example.org/h',
      digests: { varnish: digest, operator: digest },
    });
  });
});
