import { chartCrdFile, crdFile } from './crd-files.ts';
import { reference } from './reference.ts';

/** Every committed file that comes from the API's schemas: path in the repository → what makes its text. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'crds/hostedsites.yaml': crdFile,
  'charts/hostedsite-operator/templates/crd.yaml': chartCrdFile,
  'docs/reference/hosted-site.md': reference,
};
