import assert from 'node:assert/strict';
import { examples } from '../operator/api/examples.ts';
import type { Example } from '../operator/api/examples.ts';
import { apply, kubectl, namespace } from './support/cluster.ts';
import { operator } from './support/site.ts';

/** What the specs say about the schema, asked of a real API server: `kubectl apply`, which is strict about fields. */
describe('the API server', function () {
  operator();
  const ns = namespace('story-examples');
  before(async () => {
    // Files of several documents are applied for real: their sites shall be there, and run nothing.
    const spec = { hard: { pods: '0' } };
    await apply(ns, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'no-pods' }, spec });
  });

  function applied(document: Example['documents'][number], isReal: boolean): Promise<string> {
    const mode = isReal ? [] : ['--dry-run=server'];
    return kubectl(['apply', '--namespace', ns, '--filename', '-', ...mode], JSON.stringify(document));
  }

  for (const { name, documents, error } of examples()) {
    const isReal = documents.length > 1;
    const accepted = error === undefined ? documents : documents.slice(0, -1);
    const refused = documents.slice(accepted.length);

    it(`${error === undefined ? 'accepts' : 'refuses'} the example ${name}`, async () => {
      for (const document of accepted)
        assert.match(await applied(document, isReal), /^hostedsite\S* (created|configured)/);
      for (const document of refused) {
        const words = await applied(document, isReal).then(
          (answer) => assert.fail(`accepted: ${answer}`),
          (refusal: unknown) => String(refusal),
        );
        // kubectl writes quotes inside of quotes in some answers.
        assert.ok(words.replaceAll('\\"', '"').includes(error!), words);
      }
    });
  }
});
