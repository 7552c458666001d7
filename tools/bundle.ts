import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** The program that goes into the operator's image: `operator.mjs`, and beside it what it loads only when it needs it. */
const directory = fileURLToPath(new URL('../dist/operator', import.meta.url));
rmSync(directory, { recursive: true, force: true });
await build({
  entryPoints: { operator: fileURLToPath(new URL('../operator/main.ts', import.meta.url)) },
  outdir: directory,
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
});
