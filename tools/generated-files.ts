import type { ApiKind } from '../operator/api/kind.ts';
import type { Right } from '../operator/kube/right.ts';
import { ciTemplates } from './ci-gitlab/templates.ts';
import { chartCrdFile, crdFile } from './crd-files.ts';
import { reference } from './reference.ts';
import { rulesFile } from './rules-file.ts';

/** Every file that comes from the lists of kinds and of rights, or from scripts: path in the repository → what makes its text. */
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
    'charts/hostedsite-operator/templates/crd.yaml': () => chartCrdFile(kinds),
    'charts/hostedsite-operator/templates/_rules.tpl': () => rulesFile(rights, kinds),
    ...ciTemplates(),
  };
}

/** `HostedSite` → `hosted-site`. */
function pageOf({ names }: ApiKind): string {
  return names.kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
