import { run } from './command.ts';

/** Bytes on disk below a directory; what goes while they are counted does not count. */
export async function bytesBelow(directory: string): Promise<number> {
  const [kilobytes = '0'] = (
    await run('sh', ['-c', 'du -sk "$1" 2>/dev/null || true', 'du', directory])
  ).split('\t');
  return Number(kilobytes) * 1024;
}
