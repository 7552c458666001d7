import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { server } from './server.mjs';

test('the page names its commit', async () => {
  await once(server.listen(0), 'listening');
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  assert.match(await answer.text(), /This is no commit\./);
  server.close();
});
