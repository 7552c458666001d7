import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleDirectory, bundleOptions } from './images/bundle.ts';

rmSync(bundleDirectory, { recursive: true, force: true });
await build(bundleOptions);
