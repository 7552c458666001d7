import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDocuments } from '../../operator/api/yaml.ts';
import { hostedSiteSpec } from '../../operator/kinds/hosted-site/hosted-site.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/examples/gitops`;

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

interface Example {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named & { readonly annotations?: Record<string, string> };
  readonly spec: {
    // Application
    readonly source?: { readonly path: string };
    readonly destination?: { readonly namespace: string };
    readonly syncPolicy?: { readonly syncOptions: string[] };
    // Kustomization
    readonly path?: string;
    readonly sourceRef?: Named & { readonly kind: string };
    readonly dependsOn?: Named[];
    readonly wait?: boolean;
    readonly healthChecks?: (Named & { readonly apiVersion: string; readonly kind: string })[];
  };
}

function documents(pattern: string): Example[] {
  const files = globSync(pattern, { cwd: folder });
  assert.ok(files.length > 0, `${pattern} is nothing`);
  return files.flatMap((file) => readDocuments(readFileSync(`${folder}/${file}`, 'utf8'))) as Example[];
}

const idOf = ({ apiVersion, kind, metadata: { namespace, name } }: Example): string =>
  [apiVersion, kind, namespace, name].join(' ');

/** The sites below a path of the repository. */
const sitesIn = (path = ''): Example[] => documents(`${path.replace(/^\.\//, '')}/*.yaml`);

describe('the examples of GitOps', () => {
  const sites = documents('sites/**/*.yaml');
  const flux = documents('flux/*.yaml');
  const application = documents('argo-cd/*.yaml');
  const kustomizations = flux.filter(({ kind }) => kind === 'Kustomization');

  it('have kinds of the versions that are served today', () => {
    const served = new Set(
      [...sites, ...flux, ...application].map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
    );
    assert.deepEqual([...served].sort(), [
      'argoproj.io/v1alpha1 Application',
      'hostedsite.dev/v1alpha1 HostedSite',
      'kustomize.toolkit.fluxcd.io/v1 Kustomization',
      'source.toolkit.fluxcd.io/v1 GitRepository',
    ]);
  });

  it('have sites that are accepted, each in a namespace of its own', () => {
    for (const { spec } of sites) assert.deepEqual(hostedSiteSpec.parse(spec), spec);
    assert.equal(new Set(sites.map(({ metadata }) => metadata.namespace)).size, sites.length);
  });

  it('have an Application for a folder that is there, in the namespace of its site', () => {
    for (const { spec } of application) {
      const namespaces = sitesIn(spec.source?.path).map(({ metadata }) => metadata.namespace);
      assert.deepEqual(namespaces, [spec.destination?.namespace]);
      assert.ok(spec.syncPolicy?.syncOptions.includes('ServerSideApply=true'));
    }
  });

  it('have Kustomizations whose source, predecessors and sites are there', () => {
    assert.deepEqual(
      kustomizations.map(({ spec }) => sitesIn(spec.path).length),
      [1, 1],
    );
    const ids = new Set(flux.map(idOf));
    for (const { apiVersion, metadata, spec } of kustomizations) {
      const { namespace } = metadata;
      const beside = (named: Named | undefined) => ({ namespace, name: named?.name ?? '' });
      const source = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: spec.sourceRef?.kind ?? '' };
      assert.ok(ids.has(idOf({ ...source, metadata: beside(spec.sourceRef) as Named, spec: {} })));
      for (const before of spec.dependsOn ?? [])
        assert.ok(ids.has([apiVersion, 'Kustomization', namespace, before.name].join(' ')), before.name);
      const there = sitesIn(spec.path).map(idOf);
      const checked = (spec.healthChecks ?? []).map((one) => idOf({ ...one, metadata: one, spec: {} }));
      // With wait: true Flux does not look at healthChecks.
      if (spec.wait === true) assert.deepEqual(checked, []);
      else assert.deepEqual(checked, there);
    }
  });

  it('keep a site as the page says it', () => {
    const page = readFileSync(`${root}/docs/use/gitops.md`, 'utf8');
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    const [block] = readDocuments(yaml) as [Pick<Example, 'metadata'>];
    const [production] = sitesIn('sites/production');
    assert.deepEqual(production?.metadata.annotations, block.metadata.annotations);
  });
});
