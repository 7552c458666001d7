import assert from 'node:assert/strict';
import { answer, isMovable } from './reference.ts';

const digest = `sha256:${'4'.repeat(64)}`;

describe('the name of an image', () => {
  const movable: Record<string, boolean> = {
    shop: true,
    'shop:1': true,
    'team/shop:1': true,
    'registry.example.org/team/shop': true,
    'registry.example.org:5000/shop:1': true,
    // A registry on the node itself.
    'localhost:5000/shop:1': true,
    [`shop@${digest}`]: false,
    [`registry.example.org:5000/shop:1@${digest}`]: false,
    'localhost/shop:1': false,
    'kind.local/shop:1': false,
    'ko.local/shop:1': false,
    'dev.local/shop:1': false,
  };
  for (const [image, expected] of Object.entries(movable)) {
    it(`${image} ${expected ? 'may mean another content later' : 'is not resolved'}`, () =>
      assert.equal(isMovable(image), expected));
  }
});

describe('what a runtime says that a container was made of', () => {
  const rows: [image: string, imageID: string, expected: string][] = [
    [
      'registry.example.org/shop:1',
      `registry.example.org/shop@${digest}`,
      `registry.example.org/shop@${digest}`,
    ],
    [
      'registry.example.org:5000/shop',
      `registry.example.org:5000/shop@${digest}`,
      `registry.example.org:5000/shop@${digest}`,
    ],
    [
      'registry.example.org/shop:1',
      `docker-pullable://registry.example.org/shop@${digest}`,
      `registry.example.org/shop@${digest}`,
    ],
    ['shop:1', `docker.io/library/shop@${digest}`, `shop@${digest}`],
    ['team/shop:1', `docker.io/team/shop@${digest}`, `team/shop@${digest}`],
    ['docker.io/shop:1', `docker.io/library/shop@${digest}`, `docker.io/shop@${digest}`],
    // The content is the same, but this registry need not know the manifest.
    ['registry.example.org/shop:1', `registry.example.org/other@${digest}`, 'registry.example.org/shop:1'],
    ['registry.example.org/shop:1', `registry.example.net/shop@${digest}`, 'registry.example.org/shop:1'],
    // Loaded into the node, never pulled.
    ['registry.example.org/shop:1', digest, 'registry.example.org/shop:1'],
    ['registry.example.org/shop:1', 'registry.example.org/shop@sha256:123', 'registry.example.org/shop:1'],
  ];
  for (const [image, imageID, expected] of rows) {
    it(`makes ${expected} of ${image} when it is ${imageID.replace(digest, 'sha256:…')}`, () =>
      assert.equal(answer(imageID, image), expected));
  }
});
