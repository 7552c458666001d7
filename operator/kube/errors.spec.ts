import assert from 'node:assert/strict';
import {
  AlreadyExists,
  ApiError,
  BadRequest,
  Conflict,
  Forbidden,
  Gone,
  Invalid,
  MissingRight,
  NotFound,
  Timeout,
  TooManyRequests,
  Unauthorized,
  Unavailable,
  apiError,
} from './errors.ts';
import type { StatusBody } from './errors.ts';

const line = { method: 'PATCH', path: '/api/v1/namespaces/a/services/s' };

describe('apiError', () => {
  const rows: [code: number, status: StatusBody, expected: typeof ApiError][] = [
    [400, { reason: 'BadRequest' }, BadRequest],
    [401, { reason: 'Unauthorized' }, Unauthorized],
    [403, { reason: 'Forbidden' }, Forbidden],
    [404, { reason: 'NotFound' }, NotFound],
    [404, {}, NotFound],
    [409, { reason: 'AlreadyExists' }, AlreadyExists],
    [409, { reason: 'Conflict' }, Conflict],
    [410, { reason: 'Expired' }, Gone],
    [410, { reason: 'Gone' }, Gone],
    [200, { reason: 'Expired' }, Gone],
    [422, { reason: 'Invalid' }, Invalid],
    [429, { reason: 'TooManyRequests' }, TooManyRequests],
    [500, { reason: 'InternalError' }, Unavailable],
    [500, { reason: 'ServerTimeout' }, Timeout],
    [502, {}, Unavailable],
    [503, { reason: 'ServiceUnavailable' }, Unavailable],
    [504, { reason: 'Timeout' }, Timeout],
    [504, {}, Timeout],
    [418, {}, ApiError],
  ];
  for (const [code, status, expected] of rows) {
    it(`makes ${expected.name} of ${code} ${status.reason ?? 'without a reason'}`, () => {
      const error = apiError(line, code, status);
      assert.equal(error.constructor, expected);
      assert.equal(error.name, expected.name);
      assert.equal(error.code, code);
    });
  }

  it('takes a field that the schema does not have for what it is', () => {
    const message =
      'failed to create typed patch object (a/s; /v1, Kind=Service): .nonsense: field not declared';
    assert.ok(apiError(line, 500, { message }) instanceof Invalid);
  });

  it("takes a UID that is not the object's for the precondition that it is", () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'metadata.uid', message: 'field is immutable' }];
    assert.ok(apiError(line, 422, { reason: 'Invalid', details: { causes } }) instanceof Conflict);
  });

  it('says what was asked and what came back', () => {
    const error = apiError(line, 409, { reason: 'Conflict', message: 'the object has been modified' });
    assert.equal(
      error.message,
      'PATCH /api/v1/namespaces/a/services/s: 409 Conflict: the object has been modified',
    );
    assert.equal(error.detail, 'the object has been modified');
  });

  it('tells what this process may not do from what is wrong with an object', () => {
    const message = (text: string) => `deployments.apps "shop-web" is forbidden: ${text}`;
    const right = 'User "system:serviceaccount:hosting:operator" cannot patch resource "deployments"';
    const rows: [string, typeof ApiError][] = [
      [right, MissingRight],
      ['exceeded quota: small, requested: pods=1', Forbidden],
      ['violates PodSecurity "restricted:latest": User "root" cannot be used', Forbidden],
    ];
    for (const [text, expected] of rows) {
      const error = apiError(line, 403, { reason: 'Forbidden', message: message(text) });
      assert.equal(error.constructor, expected, text);
    }
  });

  it('keeps causes and the time to wait; the header wins over the body', () => {
    const causes = [
      { reason: 'NamespaceTerminating', message: 'namespace a is being terminated', field: 'metadata' },
    ];
    const error = apiError(line, 403, { reason: 'Forbidden', details: { causes, retryAfterSeconds: 3 } });
    assert.ok(error instanceof Forbidden && error.namespaceTerminating);
    assert.deepEqual(error.causes, causes);
    assert.equal(error.retryAfterSeconds, 3);
    assert.equal(apiError(line, 429, { details: { retryAfterSeconds: 3 } }, 7).retryAfterSeconds, 7);
    const plain = apiError(line, 403, { reason: 'Forbidden' });
    assert.ok(plain instanceof Forbidden && !plain.namespaceTerminating);
  });

  const secrets = ['/api/v1/secrets', '/api/v1/namespaces/a/secrets', '/api/v1/namespaces/a/secrets/s'];
  for (const path of secrets) {
    it(`leaves out the server's sentences at ${path}`, () => {
      const details = { causes: [{ reason: 'FieldValueInvalid', field: 'data', message: '"hidden"' }] };
      const error = apiError({ method: 'POST', path }, 422, {
        reason: 'Invalid',
        message: '"hidden"',
        details,
      });
      assert.equal(error.message, `POST ${path}: 422 Invalid`);
      assert.equal(error.detail, '');
      assert.deepEqual(error.causes, [{ reason: 'FieldValueInvalid', field: 'data' }]);
    });
  }

  it('has sentences for things that are only called like Secrets', () => {
    const path = '/api/v1/namespaces/secrets/configmaps/secrets';
    assert.equal(apiError({ method: 'GET', path }, 403, { message: 'no' }).detail, 'no');
  });
});
