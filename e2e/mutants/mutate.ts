import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { catalogue } from './catalogue.ts';
import { misfit } from './misfit.ts';
import { mutated } from './mutant.ts';

/**
 * `MUTANT=name node --import ./e2e/mutants/mutate.ts …` runs a program with one line of the operator changed while it is
 * loaded; no file is touched. Without MUTANT it does nothing. The process ends with `misfit` when the change was not made:
 * because the mutant is stale, or because its file was never loaded.
 */
const root = new URL('../../', import.meta.url);
const name = process.env['MUTANT'];
if (name !== undefined && name !== '') plant(name);

function plant(wanted: string): void {
  const mutant = catalogue.find((one) => one.name === wanted);
  if (mutant === undefined) throw new Error(`MUTANT names no mutant of the catalogue: ${wanted}`);
  const target = pathToFileURL(fileURLToPath(new URL(mutant.file, root))).href;
  let isPlanted = false;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== target) return loaded;
      const source = mutated(mutant, text(loaded.source));
      isPlanted = true;
      return { ...loaded, source };
    },
  });
  process.on('exit', () => {
    if (isPlanted) return;
    process.stderr.write(
      `the mutant ${wanted} was not planted: ${mutant.file} was not loaded, or it is stale\n`,
    );
    process.exitCode = misfit;
  });
}

function text(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return new TextDecoder().decode(source);
  throw new Error('the file was loaded without its source');
}
