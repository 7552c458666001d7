import assert from 'node:assert/strict';
import type { Access } from './access.ts';
import { Transport } from './transport.ts';

function access(ca: string, token: string): Access {
  return { server: 'https://127.0.0.1:1', authorization: `Bearer ${token}`, tls: { ca } };
}

describe('Transport', () => {
  let transport: Transport;
  beforeEach(() => (transport = new Transport()));
  afterEach(() => transport.close());

  it('keeps its connections while certificates stay the same, whatever the token', () => {
    assert.equal(transport.requests(access('A', 'one')), transport.requests(access('A', 'two')));
    assert.equal(transport.watches(access('A', 'one')), transport.watches(access('A', 'two')));
  });

  it('keeps watches apart from requests', () => {
    assert.notEqual(transport.requests(access('A', 'one')), transport.watches(access('A', 'one')));
  });

  it('makes new ones when certificates change', () => {
    const before = transport.requests(access('A', 'one'));
    assert.notEqual(transport.requests(access('B', 'one')), before);
    assert.notEqual(transport.requests(access('A', 'one')), before, 'the old ones are not taken up again');
  });

  it('can be closed twice', async () => {
    transport.requests(access('A', 'one'));
    await transport.close();
    await transport.close();
  });
});
