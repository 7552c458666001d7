import { createHash } from 'node:crypto';
import { inPurl } from './listed-package.ts';
import type { ListedPackage } from './listed-package.ts';

export interface ListedImage {
  /** `varnish` */
  readonly name: string;
  readonly version: string;
  /** As OCI has it: `amd64`. */
  readonly architecture: string;
  /** `registry.example.org/hostedsite` */
  readonly registry: string;
  /** SHA-256 of its configuration, in hexadecimal: the same before and after a push. */
  readonly id: string;
  /** Of the manifest in the registry: `sha256:…`; absent before it was pushed. */
  readonly digest?: string;
}

interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly supplier: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: false;
  readonly checksums?: readonly { algorithm: string; checksumValue: string }[];
  readonly sourceInfo?: string;
  readonly licenseConcluded: string;
  readonly licenseDeclared: string;
  readonly copyrightText: string;
  readonly externalRefs?: readonly ExternalRef[];
  readonly primaryPackagePurpose?: string;
}

interface ExternalRef {
  readonly referenceCategory: string;
  readonly referenceType: string;
  readonly referenceLocator: string;
}

const unknown = 'NOASSERTION';
const documentID = 'SPDXRef-DOCUMENT';
const imageID = 'SPDXRef-Image';

/**
 * What is in an image, as SPDX 2.3 has it in JSON. The same arguments give the same document; its namespace has the image's digest,
 * and a hash of all else that it says.
 */
export function spdxDocument(image: ListedImage, packages: readonly ListedPackage[], created: string) {
  const unique = new Map(packages.map((one) => [one.purl, one]));
  const listed = [...unique.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)).map(packageOf);
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: documentID,
    name: `${image.registry}/${image.name}:${image.version}`,
    creationInfo: { created, creators: ['Organization: hostedsite', `Tool: hostedsite-${image.version}`] },
    packages: [imagePackage(image), ...listed],
    relationships: [
      relationship(documentID, 'DESCRIBES', imageID),
      ...listed.map(({ SPDXID }) => relationship(imageID, 'CONTAINS', SPDXID)),
    ],
  };
  const digest = (image.digest ?? image.id).replace('sha256:', '');
  const documentNamespace = `https://hostedsite.dev/spdx/${image.name}/${digest}/${hash(JSON.stringify(document))}`;
  return { ...document, documentNamespace };
}

function imagePackage(image: ListedImage): SpdxPackage {
  const { name, version, architecture, registry, digest } = image;
  const place = `repository_url=${registry}/${name}&tag=${inPurl(version)}`;
  return {
    SPDXID: imageID,
    name,
    versionInfo: version,
    supplier: 'Organization: hostedsite',
    ...common,
    primaryPackagePurpose: 'CONTAINER',
    ...(digest !== undefined && {
      externalRefs: [purl(`pkg:oci/${name}@${inPurl(digest)}?arch=${architecture}&${place}`)],
    }),
  };
}

const common = {
  downloadLocation: unknown,
  filesAnalyzed: false,
  licenseConcluded: unknown,
  licenseDeclared: unknown,
  copyrightText: unknown,
} as const;

function packageOf(one: ListedPackage): SpdxPackage {
  return {
    SPDXID: `SPDXRef-Package-${one.name.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^-/, '')}-${hash(one.purl)}`,
    name: one.name,
    versionInfo: one.version,
    supplier: one.supplier ?? unknown,
    ...common,
    ...(one.licence !== undefined && { licenseDeclared: one.licence }),
    ...(one.sha512 !== undefined && { checksums: [{ algorithm: 'SHA512', checksumValue: one.sha512 }] }),
    ...(one.source !== undefined && { sourceInfo: one.source }),
    externalRefs: [purl(one.purl)],
  };
}

function purl(referenceLocator: string): ExternalRef {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator };
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * When the image was made, to the second, as SPDX writes it; `epoch` (SOURCE_DATE_EPOCH: seconds since 1970) instead where there is
 * one. Undefined when that is no number of seconds.
 */
export function creationTime(imageCreated: string, epoch: string | undefined): string | undefined {
  const at =
    epoch === undefined || epoch === ''
      ? Date.parse(imageCreated)
      : /^\d{1,11}$/.test(epoch)
        ? Number(epoch) * 1000
        : NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
