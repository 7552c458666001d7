import assert from 'node:assert/strict';
import { readYAML } from '../operator/api/yaml.ts';
import { kinds } from '../operator/kinds/index.ts';
import { chartAnnotations } from './chart-annotations.ts';

const marker = '  # From operator/kinds and examples/, by `make generate`:\n';
const example = '# A comment.\nkind: A\nspec:\n  of: [b]\n';

describe("a chart's annotations", () => {
  it('tell Artifact Hub of each kind, with an example, and are the same the second time', () => {
    const text = chartAnnotations(`annotations:\n  a: b\n${marker}`, kinds, example);
    const { annotations } = readYAML(text) as { annotations: Record<string, string> };
    const crds = readYAML(annotations['artifacthub.io/crds'] ?? '') as { kind: string; name: string }[];
    assert.deepEqual(
      crds.map(({ kind, name }) => [kind, name]),
      kinds.map(({ names }) => [names.kind, `${names.plural}.${names.group}`]),
    );
    assert.deepEqual(readYAML(annotations['artifacthub.io/crdsExamples'] ?? ''), [readYAML(example)]);
    assert.equal(chartAnnotations(text, kinds, example), text);
  });

  it('need their place', () => assert.throws(() => chartAnnotations('a: b\n', kinds, ''), /no place/));
});
