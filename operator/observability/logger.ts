import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Log } from '../kube/log.ts';

export { silentLog } from '../kube/log.ts';
export type { Log } from '../kube/log.ts';

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
