import assert from 'node:assert/strict';
import { customResourceDefinition } from '../operator/api/crd.ts';
import { lineToPaste } from '../operator/api/described.ts';
import { examples } from '../operator/kinds/hosted-site/examples.ts';
import type { Example } from '../operator/kinds/hosted-site/examples.ts';
import { everyPasted } from '../operator/kinds/hosted-site/pasted.ts';
import { apply, kubectl, namespace } from './support/cluster.ts';
import { operator } from './support/site.ts';
import { taskExamples } from '../operator/kinds/site-task/examples.ts';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';

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

  for (const { name, documents, error } of [...examples(), ...taskExamples()]) {
    const isReal = documents.length > 1;
    const accepted = error === undefined ? documents : documents.slice(0, -1);
    const refused = documents.slice(accepted.length);

    it(`${error === undefined ? 'accepts' : 'refuses'} the example ${name}`, async () => {
      for (const document of accepted)
        assert.match(await applied(document, isReal), /^(hostedsite|sitetask)\S* (created|configured)/);
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

  const [version] = customResourceDefinition(hostedSite).spec.versions;
  const pasted = everyPasted(version?.schema.openAPIV3Schema.properties?.['spec'] ?? {});

  it('accepts the line to paste of every field where it stands', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: pasted.map(({ site }) => site) };
    const args = ['apply', '--namespace', ns, '--filename', '-', '--dry-run=server'];
    const answer = await kubectl(args, JSON.stringify(list));
    assert.equal(answer.match(/^hostedsite\S* created/gm)?.length, pasted.length, answer);
  });

  it('shows the longest lines to paste unbroken in kubectl explain', async () => {
    const lines = pasted.map(({ field }) => ({
      field,
      line: `Example: ${lineToPaste(hostedSite.words, field) ?? ''}`,
    }));
    const longest = lines.sort((a, b) => b.line.length - a.line.length).slice(0, 3);
    for (const { field, line } of longest) {
      const page = await kubectl(['explain', `hostedsite.${field.replaceAll('[]', '')}`]);
      assert.ok(
        page.split('\n').some((shown) => shown.trim() === line),
        page,
      );
    }
  });
});
