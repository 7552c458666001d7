import { Unavailable } from './errors.ts';
import type { RequestLine } from './errors.ts';

/** One line of a watch. */
export interface Frame {
  type: string;
  object: Record<string, unknown>;
}

const newline = 0x0a;
/** An object is at most 1.5 MB in etcd; a longer line than this, in bytes, is not from an API server. */
const longestLine = 16 * 1024 * 1024;

/**
 * The frames of a watch's body. A line that is no frame, or a last line without its end, is an error and never
 * skipped: a later frame would move the resourceVersion past what was lost.
 */
export async function* frames(line: RequestLine, body: AsyncIterable<Buffer>): AsyncGenerator<Frame[]> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const batch: Frame[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const text = Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
      rest = [];
      start = end + 1;
      if (text.trim() !== '') batch.push(frame(line, text));
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    length = rest.reduce((sum, part) => sum + part.length, 0);
    // An empty batch is news too: bytes arrived.
    yield batch;
    if (length > longestLine) throw broken(line, 'a line of the watch does not end');
  }
  if (length > 0) throw broken(line, 'the last line of the watch is cut off');
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
