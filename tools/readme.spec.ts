import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { customResourceDefinition } from '../operator/api/crd.ts';
import { hostedSiteSpec } from '../operator/kinds/hosted-site/hosted-site.ts';
import { readYAML } from '../operator/api/yaml.ts';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';

function page(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

/** What `kubectl get` shows without `--output wide`. */
function shownColumns(): string[] {
  const [version] = customResourceDefinition(hostedSite).spec.versions;
  const columns = version?.additionalPrinterColumns ?? [];
  const shown = columns.filter((column) => !('priority' in column));
  return ['NAME', ...shown.map(({ name }) => name.toUpperCase())];
}

describe('pages that show a site', () => {
  for (const name of ['README.md', 'docs/use/site.md'])
    it(`${name} has ten lines that are one`, () => {
      const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page(name)) ?? [];
      const { spec } = readYAML(yaml) as { spec: unknown };
      assert.deepEqual(hostedSiteSpec.parse(spec), spec);
      assert.equal(yaml.trimEnd().split('\n').length, 10);
    });

  for (const name of ['README.md', 'docs/understand/cluster.md'])
    it(`${name} has the columns that kubectl get prints`, () => {
      const [header = ''] = /^NAME .*$/m.exec(page(name)) ?? [];
      assert.deepEqual(header.split(/ +/), shownColumns());
    });
});
