import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** One file per program goes into its image. */
await build({
  entryPoints: [fileURLToPath(new URL('../operator/main.ts', import.meta.url))],
  outfile: fileURLToPath(new URL('../dist/operator.mjs', import.meta.url)),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: false,
  legalComments: 'linked',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
