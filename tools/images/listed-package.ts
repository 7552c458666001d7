/** One package that is in an image, as a list of packages has it. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  /** Package URL: `pkg:deb/debian/libc6@2.41-12?arch=amd64`. No two packages of an image share one. */
  readonly purl: string;
  /** SPDX licence expression, where whoever published the package declared one. */
  readonly licence?: string;
  readonly supplier?: string;
  /** What it was built from, in words. */
  readonly source?: string;
  /** Of what was downloaded, in hexadecimal. */
  readonly sha512?: string;
}

/** Part of a Package URL: its specification leaves the colon as it is. */
export function inPurl(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
