import { Unavailable } from '../errors.ts';
import type { RequestLine } from '../errors.ts';

/** One line of a watch. */
export interface Frame {
  type: string;
  object: Record<string, unknown>;
}

const newline = 0x0a;
/** An object is at most 1.5 MB in etcd; a longer line than this, in bytes, is not from an API server. */
const longestLine = 16 * 1024 * 1024;

/** What one piece of a watch's body completed. */
export interface Batch {
  /** May be empty, which is news too: bytes arrived. */
  frames: Frame[];
  bytes: number;
}

/**
 * The frames of a watch's body. A line that is no frame, or a last line without its end, is an error and never
 * skipped: a later frame would move the resourceVersion past what was lost.
 */
export async function* frames(line: RequestLine, body: AsyncIterable<Buffer>): AsyncGenerator<Batch> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const batch: Batch = { frames: [], bytes: chunk.length };
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const text = joined(rest, chunk, start, end);
      rest = [];
      length = 0;
      start = end + 1;
      if (text.trim() !== '') batch.frames.push(frame(line, text));
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      length += chunk.length - start;
    }
    yield batch;
    if (length > longestLine) throw broken(line, 'a line of the watch does not end');
  }
  if (length > 0) throw broken(line, 'the last line of the watch is cut off');
}

/** Most lines lie within one piece and need no copy. */
function joined(rest: readonly Buffer[], chunk: Buffer, start: number, end: number): string {
  if (rest.length === 0) return chunk.toString('utf8', start, end);
  return Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
}

function frame(line: RequestLine, text: string): Frame {
  try {
    const value: unknown = JSON.parse(text);
    if (isFrame(value)) return value;
  } catch {
    // Falls through: the parser's own error would quote the line.
  }
  throw broken(line, 'a line of the watch is not a frame');
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null) return false;
  const { type, object } = value as { type?: unknown; object?: unknown };
  return typeof type === 'string' && typeof object === 'object' && object !== null;
}

function broken(request: RequestLine, reason: string): Unavailable {
  return new Unavailable({ request, code: 0, reason });
}
