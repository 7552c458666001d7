import { inPurl } from './listed-package.ts';
import type { ListedPackage } from './listed-package.ts';

/**
 * The packages of a text in the format of /var/lib/dpkg/status. Those that were removed and left their configuration are left out;
 * a paragraph without a status is of a package whose files were taken out of it. `release` is the image's os-release: scanners ask
 * for it, because what is mended in one release of Debian may not be in another.
 */
export function debianPackages(text: string, release: string): ListedPackage[] {
  const [id, version] = ['ID', 'VERSION_ID'].map(
    (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1],
  );
  const distribution =
    id === undefined || version === undefined ? '' : `&distro=${inPurl(`${id}-${version}`)}`;
  return text
    .split(/\n{2,}/)
    .map(fieldsOf)
    .filter(isThere)
    .map((fields) => listed(fields, distribution));
}

type Fields = ReadonlyMap<string, string>;

/** Lines that begin with a space go on with the field before; no field that is looked at has them. */
function fieldsOf(paragraph: string): Fields {
  const fields = [...paragraph.matchAll(/^([!-9;-~]+):[ \t]*(.*)$/gm)];
  return new Map(fields.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]));
}

function isThere(fields: Fields): boolean {
  const status = fields.get('status');
  return fields.has('package') && (status === undefined || status.endsWith(' installed'));
}

function listed(fields: Fields, distribution: string): ListedPackage {
  const [name, version, architecture] = ['package', 'version', 'architecture'].map((one) => fields.get(one));
  if (name === undefined || version === undefined || architecture === undefined)
    throw new Error(`The Debian package ${name} has no version or no architecture.`);
  return {
    name,
    version,
    purl: `pkg:deb/debian/${inPurl(name)}@${inPurl(version)}?arch=${inPurl(architecture)}${distribution}`,
    supplier: 'Organization: Debian',
    source: `built from Debian's source package ${sourceOf(fields, name, version)}`,
  };
}

/** `Source: openssl (3.5.4-1)`; what is left out is as of the package itself. */
function sourceOf(fields: Fields, name: string, version: string): string {
  const [, source = name, of = version] = /^(\S+)(?: \((.*)\))?$/.exec(fields.get('source') ?? name) ?? [];
  return `${source} ${of}`;
}
