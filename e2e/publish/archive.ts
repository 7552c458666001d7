import { closeSync, openSync, readSync } from 'node:fs';

/** What a docker archive says of its image. */
export interface ArchivedImage {
  /** SHA-256 of its configuration, in hexadecimal. */
  readonly id: string;
  /** RFC 3339 */
  readonly created: string;
  /** As OCI has it: `amd64`. */
  readonly architecture: string;
  /** dpkg's records, of packages that are installed and of those whose files were taken out of them; empty without any. */
  readonly debianPackages: string;
  /** Its os-release: which distribution it is, in which version; empty without any. */
  readonly release: string;
}

interface Member {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

const block = 512;
const releaseFile = 'usr/lib/os-release';
/** One file, or as images without a package manager have it: a file for each package. Scanners read both. */
const records = /^var\/lib\/dpkg\/(status|status\.d\/[^/]+)$/;

/** Reads the headers and the few files that matter: layers lie uncompressed in the archive. */
export function readArchive(path: string): ArchivedImage {
  const file = openSync(path, 'r');
  try {
    return image(file);
  } finally {
    closeSync(file);
  }
}

function image(file: number): ArchivedImage {
  const outer = new Map([...members(file, 0, Infinity)].map((member) => [member.name, member]));
  const json = (name: string): unknown => JSON.parse(text(file, found(outer, name)));
  const [manifest] = json('manifest.json') as { Config: string; Layers: string[] }[];
  if (manifest === undefined) throw new Error('The archive holds no image.');
  const { created, architecture } = json(manifest.Config) as { created: string; architecture: string };
  const files = new Map<string, string>();
  for (const name of manifest.Layers) {
    const { at, size } = found(outer, name);
    for (const member of members(file, at, at + size))
      if (records.test(member.name) || member.name === releaseFile)
        files.set(member.name, text(file, member));
  }
  const release = files.get(releaseFile) ?? '';
  const debianPackages = [...files]
    .filter(([name]) => name !== releaseFile)
    .map(([, content]) => content)
    .join('\n\n');
  return { id: manifest.Config.replace('.json', ''), created, architecture, debianPackages, release };
}

function found(outer: ReadonlyMap<string, Member>, name: string): Member {
  const member = outer.get(name);
  if (member === undefined) throw new Error(`The archive has no ${name}.`);
  return member;
}

/** Regular files of a tar from `start` on, in order. A long name is cut, which no name that matters is. */
function* members(file: number, start: number, end: number): Generator<Member> {
  const header = Buffer.alloc(block);
  for (let at = start; at + block <= end;) {
    if (readSync(file, header, 0, block, at) < block || header[0] === 0) return;
    const field = (from: number, to: number): string =>
      header.toString('latin1', from, to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136), 8) || 0;
    const prefix = field(257, 263) === 'ustar' && field(345, 500) !== '' ? `${field(345, 500)}/` : '';
    const name = `${prefix}${field(0, 100)}`.replace(/^\.\//, '');
    if (['0', ''].includes(field(156, 157))) yield { name, at: at + block, size };
    at += block + Math.ceil(size / block) * block;
  }
}

function text(file: number, { at, size }: Member): string {
  const content = Buffer.alloc(size);
  readSync(file, content, 0, size, at);
  return content.toString('utf8');
}
