import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const copied = [
  'operator',
  'tools',
  'charts',
  'ci',
  'crds',
  'docs/reference',
  'examples',
  '.dependency-cruiser.mjs',
  'package.json',
  'tsconfig.json',
];

/** What is added to files that are there: file → the line before it, and the lines. */
export type Additions = Readonly<
  Record<string, readonly (readonly [after: string, lines: readonly string[]])[]>
>;

/** Exit code and everything that was said. */
type Ended = readonly [code: number | null, said: string];

/** For specs: a copy of the operator that gets something more, and whose own tools and specs judge it there. */
export class TreeCopy {
  readonly #files: Readonly<Record<string, string>>;
  readonly #additions: Additions;
  #root = '';

  /** New files, and lines in files that are there. */
  constructor(files: Readonly<Record<string, string>>, additions: Additions) {
    this.#files = files;
    this.#additions = additions;
  }

  make(): void {
    this.#root = mkdtempSync(join(tmpdir(), 'hostedsite-copy-'));
    for (const path of copied) cpSync(join(root, path), join(this.#root, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.#root, 'node_modules'));
    const include = ['operator/**/*.ts', 'tools/generate-api.ts'];
    const tested = { extends: './tsconfig.json', include, exclude: ['operator/**/*.spec.ts'] };
    this.write('product.json', JSON.stringify(tested));
    for (const [path, text] of Object.entries(this.#files)) this.write(path, text);
    for (const path of Object.keys(this.#additions)) this.extend(path);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  read(path: string): string {
    return readFileSync(join(this.#root, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.#root, path)), { recursive: true });
    writeFileSync(join(this.#root, path), text);
  }

  drop(path: string): void {
    rmSync(join(this.#root, path), { recursive: true });
  }

  extend(path: string): void {
    let text = original(path);
    for (const [before, lines] of this.#additions[path] ?? []) {
      assert.equal(text.split(`${before}\n`).length, 2, `${path} has no line ${before}`);
      text = text.replace(`${before}\n`, () => [before, ...lines, ''].join('\n'));
    }
    this.write(path, text);
  }

  /** The file as it is without the lines. */
  without(path: string): void {
    this.write(path, original(path));
  }

  node(...args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.#root,
      encoding: 'utf8',
    });
    return [status, `${stdout}${stderr}`];
  }

  /** Files of the product that are others than in the tree, and not new. */
  touched(): string[] {
    return readdirSync(join(this.#root, 'operator'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#root.length + 1))
      .filter((path) => this.#files[path] === undefined && this.read(path) !== original(path))
      .sort();
  }

  /** Whether a page names the files with the lines. */
  assertTold(path: string): void {
    const page = original(path);
    for (const [file, places] of Object.entries(this.#additions))
      for (const line of [file, ...places.flatMap(([, lines]) => lines.map((one) => `+${one}`))])
        assert.ok(page.includes(`\n${line}\n`), `${path} does not say: ${line}`);
  }
}

export const typeChecked = ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'product.json'] as const;

export function specRun(specs: readonly string[]): string[] {
  return ['node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '20000', ...specs];
}

export function passes([code, said]: Ended): void {
  assert.equal(code, 0, said);
}

export function fails([code, said]: Ended, ...sentences: RegExp[]): void {
  assert.notEqual(code, 0, 'nobody has noticed');
  for (const sentence of sentences) assert.match(said, sentence);
}

/** A file as the tree has it. */
export function original(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
