import assert from 'node:assert/strict';
import { creationTime, spdxDocument } from './spdx.ts';

const id = 'a'.repeat(64);
const digest = `sha256:${'b'.repeat(64)}`;
const created = '2026-01-02T03:04:05Z';
const image = {
  name: 'varnish',
  version: '0.1.0',
  architecture: 'amd64',
  registry: 'registry.example.org:5000/h',
  id,
};
const libc = { name: 'libc6', version: '2.41-12', purl: 'pkg:deb/debian/libc6@2.41-12?arch=amd64' };
const gcc = {
  name: 'libstdc++6',
  version: '14',
  purl: 'pkg:deb/debian/libstdc%2B%2B6@14?arch=amd64',
  supplier: 'Organization: Debian',
  source: 'built from gcc',
};
const colors = {
  name: '@colors/colors',
  version: '1',
  purl: 'pkg:npm/%40colors/colors@1',
  licence: 'MIT',
  sha512: 'ab',
};

describe('list of packages of an image', () => {
  it('has what SPDX 2.3 asks for, the image first', () => {
    const { packages, relationships, ...document } = spdxDocument({ ...image, digest }, [colors], created);
    assert.match(
      document.documentNamespace,
      /^https:\/\/hostedsite\.dev\/spdx\/varnish\/b{64}\/[0-9a-f]{12}$/,
    );
    assert.deepEqual(document, {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'registry.example.org:5000/h/varnish:0.1.0',
      documentNamespace: document.documentNamespace,
      creationInfo: { created, creators: ['Organization: hostedsite', 'Tool: hostedsite-0.1.0'] },
    });
    const [first, second] = packages;
    assert.equal(first?.primaryPackagePurpose, 'CONTAINER');
    assert.deepEqual(first.externalRefs, [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: `pkg:oci/varnish@${digest}?arch=amd64&repository_url=registry.example.org:5000/h/varnish&tag=0.1.0`,
      },
    ]);
    assert.deepEqual(second, {
      SPDXID: second?.SPDXID,
      name: '@colors/colors',
      versionInfo: '1',
      supplier: 'NOASSERTION',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      checksums: [{ algorithm: 'SHA512', checksumValue: 'ab' }],
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'MIT',
      copyrightText: 'NOASSERTION',
      externalRefs: [
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: colors.purl },
      ],
    });
    assert.deepEqual(relationships, [
      {
        spdxElementId: 'SPDXRef-DOCUMENT',
        relationshipType: 'DESCRIBES',
        relatedSpdxElement: 'SPDXRef-Image',
      },
      { spdxElementId: 'SPDXRef-Image', relationshipType: 'CONTAINS', relatedSpdxElement: second?.SPDXID },
    ]);
  });

  it('gives each package one id of the letters that SPDX allows', () => {
    const other = { ...libc, version: '2.42-1', purl: 'pkg:deb/debian/libc6@2.42-1?arch=amd64' };
    const { packages } = spdxDocument(image, [gcc, libc, other, colors], created);
    const ids = packages.map(({ SPDXID }) => SPDXID);
    assert.equal(new Set(ids).size, 5);
    for (const one of ids) assert.match(one, /^SPDXRef-[A-Za-z0-9.-]+$/);
  });

  it('is the same whatever the order, and a package that is told twice is in it once', () => {
    const one = spdxDocument(image, [gcc, libc, colors], created);
    assert.deepEqual(spdxDocument(image, [colors, libc, gcc, libc], created), one);
    assert.deepEqual(
      one.packages.map(({ name }) => name),
      ['varnish', 'libc6', 'libstdc++6', '@colors/colors'],
    );
    assert.equal(one.packages[2]?.sourceInfo, 'built from gcc');
  });

  it('is another document for other packages, another time or another registry', () => {
    const namespaces = [
      spdxDocument(image, [libc], created),
      spdxDocument(image, [libc, gcc], created),
      spdxDocument(image, [libc], '2026-01-02T03:04:06Z'),
      spdxDocument({ ...image, registry: 'registry.example.org/other' }, [libc], created),
      spdxDocument({ ...image, digest }, [libc], created),
    ].map(({ documentNamespace }) => documentNamespace);
    assert.equal(new Set(namespaces).size, 5);
    assert.ok(namespaces[0]?.includes(`/${id}/`));
  });

  it('names no place in a registry before it is there', () => {
    assert.equal(spdxDocument(image, [], created).packages[0]?.externalRefs, undefined);
  });
});

describe('time of a list', () => {
  it('is that of the image, to the second', () => {
    assert.equal(creationTime('2026-01-02T03:04:05.678901234Z', undefined), created);
    assert.equal(creationTime('2026-01-02T03:04:05Z', ''), created);
  });

  it('is SOURCE_DATE_EPOCH where somebody says it, which is a number', () => {
    assert.equal(creationTime('2026-01-02T03:04:05Z', '0'), '1970-01-01T00:00:00Z');
    for (const wrong of ['yesterday', '-1', '1.5', '999999999999'])
      assert.equal(creationTime('2026-01-02T03:04:05Z', wrong), undefined);
  });
});
