import { readFileSync } from 'node:fs';
import type { ApiKind } from '../operator/api/kind.ts';
import { hostedSite } from '../operator/kinds/hosted-site/index.ts';
import type { Right } from '../operator/kube/right.ts';
import { ciTemplates } from './ci-gitlab/templates.ts';
import { imagesInSchema, imagesInValues, imagesTemplate } from './chart-images.ts';
import { chartAnnotations } from './chart-annotations.ts';
import { chartReadme, chartSchema } from './chart-values.ts';
import { chartCrdFile, crdFile } from './crd-files.ts';
import { reference } from './reference.ts';
import { rulesFile } from './rules-file.ts';
import { siteChartSchema } from './site-chart.ts';

const chart = 'charts/hostedsite-operator';
const siteChart = 'charts/hosted-site';

/** Every file that comes from the lists of kinds, of rights and of components, or from scripts: path in the repository → what makes its text. */
export function generatedFiles(
  kinds: readonly ApiKind[],
  rights: readonly Right[],
): Readonly<Record<string, () => string>> {
  const ofEach = kinds.flatMap((kind) => [
    [`crds/${kind.names.plural}.yaml`, () => crdFile(kind)] as const,
    [`docs/reference/${pageOf(kind)}.md`, () => reference(kind)] as const,
  ]);
  return {
    ...Object.fromEntries(ofEach),
    [`${chart}/templates/crd.yaml`]: () => chartCrdFile(kinds),
    [`${chart}/templates/_rules.tpl`]: () => rulesFile(rights, kinds),
    [`${chart}/templates/_images.tpl`]: imagesTemplate,
    [`${chart}/Chart.yaml`]: () =>
      chartAnnotations(read(`${chart}/Chart.yaml`), kinds, read('examples/wordpress.yaml')),
    [`${chart}/values.yaml`]: values,
    [`${chart}/values.schema.json`]: () =>
      chartSchema(imagesInSchema(read(`${chart}/values.schema.json`)), values()),
    [`${chart}/README.md`]: () => chartReadme(read(`${chart}/README.md`), values()),
    [`${siteChart}/values.schema.json`]: () => siteChartSchema(hostedSite, read(`${siteChart}/values.yaml`)),
    [`${siteChart}/README.md`]: () =>
      chartReadme(read(`${siteChart}/README.md`), read(`${siteChart}/values.yaml`)),
    ...ciTemplates(),
  };
}

function values(): string {
  return imagesInValues(read(`${chart}/values.yaml`));
}

/** Of these files only some places are generated. */
function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** `HostedSite` → `hosted-site`. */
function pageOf({ names }: ApiKind): string {
  return names.kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
