import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeYAML } from '../operator/api/yaml.ts';

export interface InstallSettings {
  /** Where the images are: `registry.example.org/hostedsite`. */
  readonly registry: string;
  /** Of the operator; the file makes it. */
  readonly namespace: string;
}

const chart = fileURLToPath(new URL('../charts/hostedsite-operator', import.meta.url));

/** All that the chart makes in one text, for `kubectl apply --server-side`. */
export async function installFile(
  { registry, namespace }: InstallSettings,
  helm: (args: readonly string[]) => Promise<string>,
): Promise<string> {
  const rendered = await helm([
    ...['template', 'hostedsite-operator', chart, '--skip-tests'],
    ...['--namespace', namespace, '--set', `registry=${registry}`],
  ]);
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
  return `# Made of charts/hostedsite-operator by \`make install.yaml\`: kubectl apply --server-side -f install.yaml\n${writeYAML(own)}${rendered}`;
}

/** `make install.yaml` */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { HELM = 'helm', REGISTRY: registry = '', NAMESPACE: namespace = 'hostedsite-system' } = process.env;
  if (registry === '') {
    process.stderr.write(
      'Say where the images are: make install.yaml REGISTRY=registry.example.org/hostedsite\n',
    );
    process.exitCode = 1;
  } else {
    const program = (args: readonly string[]): Promise<string> =>
      promisify(execFile)(HELM, args, { maxBuffer: 2 ** 26 }).then(({ stdout }) => stdout);
    process.stdout.write(await installFile({ registry, namespace }, program));
  }
}
