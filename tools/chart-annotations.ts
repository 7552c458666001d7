import type { ApiKind } from '../operator/api/kind.ts';
import { writeYAML } from '../operator/api/yaml.ts';

const place =
  /(?<=^ {2}# From operator\/kinds and examples\/, by `make generate`:\n)( {2}artifacthub.*\n(?: {4}.*\n)*)*/m;

/** A Chart.yaml whose annotations tell Artifact Hub which kinds there are, and what one looks like. */
export function chartAnnotations(text: string, kinds: readonly ApiKind[], example: string): string {
  if (!place.test(text)) throw new Error('Chart.yaml has no place for the kinds');
  const crds = kinds.map(({ names, description }) => ({
    kind: names.kind,
    version: names.version,
    name: `${names.plural}.${names.group}`,
    displayName: names.kind,
    description,
  }));
  return text.replace(
    place,
    () => annotation('crds', writeYAML(crds)) + annotation('crdsExamples', listItem(example)),
  );
}

function annotation(name: string, text: string): string {
  return `  artifacthub.io/${name}: |\n${indented(text, '    ')}`;
}

/** A document without its comments, as the one item of a list. */
function listItem(document: string): string {
  const lines = document.split('\n').filter((line) => !line.startsWith('#'));
  return `- ${indented(lines.join('\n'), '  ').trimStart()}`;
}

function indented(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by);
}
