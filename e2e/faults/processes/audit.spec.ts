import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audit, late, writeOf } from './audit.ts';
import type { AuditEvent, Write } from './audit.ts';

const event: AuditEvent = {
  stage: 'ResponseComplete',
  verb: 'patch',
  requestURI: '/apis/apps/v1/namespaces/sites/deployments/shop-web?fieldManager=hostedsite',
  user: { username: 'system:serviceaccount:operator:operator-1' },
  objectRef: { resource: 'deployments', name: 'shop-web' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-11-21T15:02:29.737834Z',
  stageTimestamp: '2026-11-21T15:02:29.741787Z',
};

describe('what the audit log says', () => {
  it('is who wrote what, to the microsecond', () => {
    const write = writeOf(event);
    assert.equal(write?.who, 'operator-1');
    assert.equal(write.resource, 'deployments');
    assert.ok(Math.abs(write.doneAt - write.receivedAt - 3.953) < 1e-3);
    assert.equal(
      writeOf({ ...event, stageTimestamp: '2026-11-21T15:02:29Z' })?.doneAt,
      Date.UTC(2026, 10, 21, 15, 2, 29),
    );
  });

  it('names the subresource', () => {
    const status = { resource: 'hostedsites', name: 'shop', subresource: 'status' };
    assert.equal(writeOf({ ...event, objectRef: status })?.resource, 'hostedsites/status');
  });

  const changes: Record<string, Partial<AuditEvent>> = {
    'a read': { verb: 'get' },
    'a watch': { verb: 'watch', stage: 'ResponseStarted' },
    'what was refused': { responseStatus: { code: 409 } },
    'a dry run': { requestURI: '/api/v1/namespaces/sites/secrets?fieldValidation=Strict&dryRun=All' },
    'a Lease': { objectRef: { resource: 'leases', name: 'operator' } },
  };
  for (const [what, change] of Object.entries(changes))
    it(`does not count ${what} as a write`, () => assert.equal(writeOf({ ...event, ...change }), undefined));

  it('is read on from where it ended, whole lines only', () => {
    const directory = mkdtempSync(join(tmpdir(), 'audit-'));
    const path = join(directory, 'audit.log');
    const line = JSON.stringify(event);
    writeFileSync(path, `${line}\n${line.slice(0, 40)}`);
    const audit = new Audit(path);
    assert.equal(audit.writes().length, 1);
    appendFileSync(path, `${line.slice(40)}\n`);
    assert.equal(audit.writes().length, 2);
    assert.equal(audit.writes().length, 2);
    rmSync(directory, { recursive: true });
  });
});

describe('late writes', () => {
  const processes = new Set(['one', 'two', 'three']);

  function write(who: string, receivedAt: number, doneAt = receivedAt + 1): Write {
    return { who, verb: 'patch', resource: 'deployments', name: 'shop-web', receivedAt, doneAt };
  }

  it('are none when each process has one turn', () => {
    assert.deepEqual(
      late([write('one', 1), write('one', 3), write('two', 5), write('three', 9)], processes),
      [],
    );
  });

  it('are those after the first of a later process', () => {
    const [before, after] = [write('one', 1), write('one', 7)];
    assert.deepEqual(late([before, write('two', 5), after, write('two', 9)], processes), [after]);
  });

  it('are those that were carried out after it, whenever they were sent', () => {
    const slow = write('one', 2, 8);
    assert.deepEqual(late([write('one', 1), write('two', 5), slow], processes), [slow]);
  });

  it('are not those of people', () => {
    assert.deepEqual(late([write('one', 1), write('two', 5), write('admin', 7)], processes), []);
  });
});
