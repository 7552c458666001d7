import { run } from './command.ts';

/** Bytes on disk below a directory. */
export async function bytesBelow(directory: string): Promise<number> {
  const [kilobytes = '0'] = (await run('du', ['-sk', directory])).split('\t');
  return Number(kilobytes) * 1024;
}
