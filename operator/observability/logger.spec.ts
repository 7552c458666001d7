import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { logger, silentLog } from './logger.ts';
import type { LogLevel } from './logger.ts';

function lines(level: LogLevel): Record<string, unknown>[] {
  const out = new PassThrough();
  const log = logger(level, out);
  log.error('broken', { site: 'ns/shop' });
  log.warn('odd');
  log.info('started', { port: 8080 });
  log.debug('detail');
  const text = String(out.read() ?? '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('logger', () => {
  it('writes one JSON object per line: static message, data beside it', () => {
    const [first] = lines('info');
    assert.match(String(first?.['timestamp']), /^\d{4}-\d\d-\d\dT/);
    assert.deepEqual(
      { ...first, timestamp: '' },
      { level: 'error', message: 'broken', site: 'ns/shop', timestamp: '' },
    );
  });

  const rows: [LogLevel, number][] = [
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ];
  for (const [level, count] of rows) {
    it(`writes ${count} of four at level ${level}`, () => assert.equal(lines(level).length, count));
  }

  it('can be silent', () => {
    for (const write of Object.values(silentLog) as ((message: string) => void)[]) write('nothing');
  });
});
