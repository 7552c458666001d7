import { connect } from 'node:net';

/** A request as it goes over the wire: no library corrects it. */
export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  /** Lines as they are written, in order; a name may come twice. */
  readonly headers?: readonly string[];
  /** Sent with its Content-Length, unless a header says how it is framed. */
  readonly body?: string;
  /** Milliseconds until the connection must have been closed. */
  readonly timeout?: number;
}

export interface Answer {
  /** Of the last answer; 0 when the connection was closed without one. */
  readonly status: number;
  /** Of the answers below 200 before it. */
  readonly informational: readonly number[];
  /** In lower case → values in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Asks on a connection of its own, which is closed after the answer. */
export async function ask(port: number, one: Ask = {}): Promise<Answer> {
  const { method = 'GET', path = '/', host = 'www.example.org', headers = [], body = '', timeout } = one;
  const isFramed = headers.some((line) => /^(?:content-length|transfer-encoding):/i.test(line));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...headers,
    ...(body === '' || isFramed ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return answer(await exchange(port, `${lines.join('\r\n')}\r\n\r\n${body}`, timeout), method);
}

/** Sends bytes (one a character) and returns all that comes until the other side closes. */
export function exchange(port: number, sent: string, timeout = 10_000): Promise<string> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(sent, 'latin1'));
    const clock = setTimeout(() => {
      socket.destroy();
      failed(new Error(`not closed after ${timeout} ms: ${Buffer.concat(chunks).toString('latin1')}`));
    }, timeout);
    const end = (): void => {
      clearTimeout(clock);
      done(Buffer.concat(chunks).toString('latin1'));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A refusal may be followed by a reset, when not all that was sent has been read.
    socket.on('error', () => undefined);
    socket.on('close', end);
  });
}

function answer(text: string, method: string): Answer {
  const informational: number[] = [];
  let next = head(text);
  while (next.status >= 100 && next.status < 200 && next.status !== 101) {
    informational.push(next.status);
    next = head(next.rest);
  }
  const { status, headers, rest } = next;
  if (method === 'HEAD') return { status, informational, headers, body: '' };
  const isChunked = headers['transfer-encoding']?.includes('chunked') === true;
  return { status, informational, headers, body: isChunked ? unchunked(rest) : rest };
}

/** Of the first answer in what was received, and what comes after its headers. */
function head(text: string): { status: number; headers: Record<string, string[]>; rest: string } {
  const at = text.indexOf('\r\n\r\n');
  if (at < 0) return { status: 0, headers: {}, rest: '' };
  const [first = '', ...lines] = text.slice(0, at).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  return { status, headers: fields(lines), rest: text.slice(at + 4) };
}

function fields(lines: readonly string[]): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const line of lines) {
    const [name = '', ...value] = line.split(':');
    (all[name.toLowerCase()] ??= []).push(value.join(':').trim());
  }
  return all;
}

function unchunked(text: string): string {
  let [body, rest] = ['', text];
  for (;;) {
    const at = rest.indexOf('\r\n');
    const length = parseInt(rest.slice(0, at), 16);
    if (at < 0 || !(length > 0)) return body;
    body += rest.slice(at + 2, at + 2 + length);
    rest = rest.slice(at + 4 + length);
  }
}
