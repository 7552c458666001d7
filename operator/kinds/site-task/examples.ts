import { examplesOf } from '../hosted-site/examples.ts';
import type { Example } from '../hosted-site/examples.ts';

/** The files of `examples/`: what an API server must accept and refuse. Specs only. */
export function taskExamples(): Example[] {
  return examplesOf(new URL('./examples/', import.meta.url));
}
