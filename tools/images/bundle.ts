import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { fileURLToPath } from 'node:url';

export const bundleDirectory = fileURLToPath(new URL('../../dist/operator', import.meta.url));

/** The program that goes into the operator's image: `operator.mjs`, and beside it what it loads only when it needs it. */
export const bundleOptions = {
  entryPoints: { operator: fileURLToPath(new URL('../../operator/main.ts', import.meta.url)) },
  outdir: bundleDirectory,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // The library for kubeconfig files is larger than all else, and Node keeps the text of a file that it has loaded.
  splitting: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: false,
  legalComments: 'linked',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

/** The files of which something is in the bundle, as paths from the root of the repository. */
export async function bundledFiles(): Promise<string[]> {
  const absWorkingDir = fileURLToPath(new URL('../..', import.meta.url));
  const { metafile } = await build({ ...bundleOptions, absWorkingDir, metafile: true, write: false });
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return parts.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}
