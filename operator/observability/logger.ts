import type { Writable } from 'node:stream';
import winston from 'winston';

/** Messages are static; what varies goes into `data`. */
export interface Log {
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** One JSON object per line on `out`, usually stdout. */
export function logger(level: LogLevel, out: Writable): Log {
  const { combine, json, timestamp } = winston.format;
  return winston.createLogger({
    level,
    format: combine(timestamp(), json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston declares its transports as interfaces
    transports: [new winston.transports.Stream({ stream: out })],
  });
}

/** For specs and for parts that nobody listens to. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
