import assert from 'node:assert/strict';
import { one, rendered } from './helm.ts';
import type { Rendered } from './helm.ts';

describe('what people add to the chart', function () {
  this.timeout(60_000);
  let objects: Rendered[];
  before(() => {
    objects = rendered();
  });

  it('lets no more of its pods go at once than it is told, when it is asked to', () => {
    assert.ok(!objects.some(({ kind }) => kind === 'PodDisruptionBudget'));
    const asked = rendered({ podDisruptionBudget: { enabled: true, maxUnavailable: '50%' } });
    const { maxUnavailable, selector } = one(asked, 'PodDisruptionBudget').spec as unknown as {
      maxUnavailable: unknown;
      selector: { matchLabels: Record<string, string> };
    };
    assert.equal(maxUnavailable, '50%');
    const { labels = {} } = one(asked, 'Deployment').spec!.template.metadata;
    for (const [key, value] of Object.entries(selector.matchLabels)) assert.equal(labels[key], value);
  });

  it('brings objects of ones own along, filled in', () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-own' } };
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}-own';
    const given = rendered({ extraObjects: [map, text] });
    assert.ok(one(given, 'ConfigMap', 'test-own'));
    assert.ok(one(given, 'ConfigMap', 'hostedsite-operator-own'));
  });

  it('labels all of its objects alike, and changes no selector by that', () => {
    const given = rendered({ commonLabels: { team: 'hosting' } });
    for (const { kind, metadata } of given.filter((object) => object.kind !== 'CustomResourceDefinition'))
      assert.equal(metadata.labels?.['team'], 'hosting', `${kind} ${metadata.name}`);
    assert.equal(one(given, 'Deployment').spec!.template.metadata.labels?.['team'], 'hosting');
    const selector = (all: Rendered[]) =>
      (one(all, 'Deployment').spec as unknown as { selector: object }).selector;
    assert.deepEqual(selector(given), selector(objects));
  });
});
