import { inPurl } from './listed-package.ts';
import type { ListedPackage } from './listed-package.ts';

/** What is used of package-lock.json. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  /** Where it is not the name of its folder. */
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  /** Of the archive that npm downloads: `sha512-` and base64. */
  readonly integrity?: string;
}

/** The npm packages that these files are of; files outside of `node_modules` are nobody else's. */
export function npmPackages(files: readonly string[], lock: PackageLock): ListedPackage[] {
  const folders = new Set(files.flatMap((file) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  return [...folders].map((folder) => listed(folder.slice(folder.indexOf('node_modules/')), lock));
}

function listed(folder: string, { packages }: PackageLock): ListedPackage {
  const { name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length), ...locked } =
    packages[folder] ?? {};
  const { version, license, integrity = '' } = locked;
  if (version === undefined) throw new Error(`package-lock.json has no version of ${folder}: run npm ci.`);
  const [, base64] = /^sha512-(\S+)$/.exec(integrity) ?? [];
  return {
    name,
    version,
    purl: `pkg:npm/${name.split('/').map(inPurl).join('/').replace('@', '%40')}@${inPurl(version)}`,
    ...(license !== undefined && isExpression(license) && { licence: license }),
    ...(base64 !== undefined && { sha512: Buffer.from(base64, 'base64').toString('hex') }),
  };
}

/** SPDX's grammar, not its list: `SEE LICENSE IN x` and `UNLICENSED` are words of npm. */
function isExpression(text: string): boolean {
  const one = String.raw`\(*[A-Za-z0-9.-]+\+?\)*`;
  return text !== 'UNLICENSED' && new RegExp(`^${one}( (AND|OR|WITH) ${one})*$`).test(text);
}
