const newline = 0x0a;

/** Cuts a watch's body into its lines, each with its end. */
export class Lines {
  #rest: Buffer[] = [];

  take(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = chunk.subarray(start, end + 1);
      lines.push(this.#rest.length === 0 ? line : Buffer.concat([...this.#rest, line]));
      this.#rest = [];
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
    return lines;
  }
}

/** Whether a line tells of an object; else it is a bookmark or an error. The API server writes the type first. */
export function isEvent(line: Buffer): boolean {
  return /^\{"type":"(ADDED|MODIFIED|DELETED)"/.test(line.toString('latin1', 0, 24));
}

const initialEnd = 'k8s.io/initial-events-end';

export function endsInitialEvents(line: Buffer): boolean {
  return !isEvent(line) && line.includes(initialEnd);
}

export function frame(type: string, object: unknown): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}

const reasons = {
  401: 'Unauthorized',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const;
export type StatusCode = keyof typeof reasons;

/** An answer of the API server that is none of its own. */
export function status(code: StatusCode) {
  const reason = reasons[code];
  const message = `the plan says ${reason}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

interface List {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string };
  items: Record<string, unknown>[];
}

/** A list as the beginning of a watch that sends initial events. */
export function initialFrames(text: string): Buffer[] {
  const { kind, apiVersion, metadata, items } = JSON.parse(text) as List;
  // Objects in a list leave out what the list says once.
  const type = { kind: kind.replace(/List$/, ''), apiVersion };
  const { resourceVersion } = metadata;
  const end = { ...type, metadata: { resourceVersion, annotations: { [initialEnd]: 'true' } } };
  return [...items.map((item) => frame('ADDED', { ...type, ...item })), frame('BOOKMARK', end)];
}
