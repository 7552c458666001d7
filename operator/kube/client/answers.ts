import { ApiError, Timeout, TooManyRequests, Unavailable, apiError } from '../errors.ts';
import type { RequestLine, StatusBody } from '../errors.ts';
import type { Answer } from './exchange.ts';

/** The error for an answer that is not a success. */
export function failure(line: RequestLine, answer: Answer, text: string): ApiError {
  const seconds = Number(answer.headers['retry-after']);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  return apiError(line, answer.statusCode, statusOf(text, answer.statusCode), retryAfter);
}

/** The error for a request without an answer; a signal's own reason and a refusal of ours stay what they are. */
export function noAnswer({ method, path }: RequestLine, error: unknown, signal: AbortSignal): Error {
  if (error instanceof ApiError) return error;
  if (signal.aborted && signal.reason instanceof Error) return signal.reason;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'NoConnection';
  return new Unavailable({ request: { method, path }, code: 0, reason: code, cause: error });
}

/** The JSON of a successful answer. */
export function parsed(line: RequestLine, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the body.
    throw new Unavailable({ request: line, code: 0, reason: 'the answer is not JSON' });
  }
}

/** Milliseconds until the same request may succeed; for ever when it was refused for good. */
export function waitOf(error: unknown, jittered: number): number {
  const passing =
    error instanceof Unavailable || error instanceof Timeout || error instanceof TooManyRequests;
  return passing ? Math.max(jittered, (error.retryAfterSeconds ?? 0) * 1000) : Infinity;
}

/** What an API server says of a path that no definition has made: nothing that is JSON. */
const noSuchPath = '404 page not found';

function statusOf(text: string, code: number): StatusBody {
  try {
    const body = JSON.parse(text) as (StatusBody & { kind?: string }) | null;
    return body?.kind === 'Status' ? body : {};
  } catch {
    if (code === 404 && text.trim() === noSuchPath)
      return {
        reason: 'NotFound',
        message: 'the cluster has no such kind: its CustomResourceDefinition is not installed',
      };
    return { message: 'the answer is not from an API server' };
  }
}
