import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { progress, Refusal } from './cluster/command.ts';
import { knownPorts } from './cluster/forwarder.ts';
import { buildImage } from './cluster/images.ts';
import { checkout } from './cluster/instance.ts';
import { currentInstance, up } from './cluster/lifecycle.ts';
import { alone } from './cluster/lock.ts';
import { meetNeeds } from './cluster/needs.ts';
import { buildPrograms, corePrograms, missingPrograms } from './cluster/programs.ts';
import {
  builtImage,
  inCluster,
  installOperator,
  namedImages,
  nameImages,
  operatorImages,
} from './operator.ts';

/** `make demo`: from a machine with nothing on it to the address of a WordPress behind ingress and Varnish. */
const namespace = 'demo';

async function demo(): Promise<void> {
  await meetNeeds(missingPrograms(corePrograms).length === 0);
  await built();
  await alone(currentInstance(), () => up({ lean: true }));
  progress('installing the operator with Helm');
  await installOperator();
  await nameImages();
  progress('applying examples/wordpress.yaml');
  await inCluster('kubectl', ['apply', '-f', '-'], namespaceManifest());
  const site = readFileSync(join(checkout, 'examples/wordpress.yaml'), 'utf8');
  const image = await builtImage('wordpress');
  await inCluster(
    'kubectl',
    ['--namespace', namespace, 'apply', '-f', '-'],
    site.replace(/image: .*/, `image: ${image}`) + address(),
  );
  progress('waiting until it serves');
  await inCluster('kubectl', [
    '--namespace',
    namespace,
    'wait',
    '--for=condition=Ready',
    '--timeout=5m',
    'hostedsite/demo',
  ]);
  process.stdout.write(`${await summary()}\n`);
}

/**
 * Programs and images at the same time: the ones compile while the others download. Each is built to its end also when the
 * other fails, so that nothing runs on, and nothing is built twice.
 */
async function built(): Promise<void> {
  const failed = (error: unknown): never => {
    progress(`failed: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  };
  const images = async (): Promise<void> => {
    for (const name of [...operatorImages, ...Object.values(namedImages)]) await buildImage(name, new Map());
  };
  const ends = await Promise.allSettled([buildPrograms(corePrograms).catch(failed), images().catch(failed)]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** On a site's own host the address is the one in the database; here there is a port in it. */
function address(): string {
  const port = knownPorts(currentInstance())?.http;
  return `  web:\n    env: [{name: WORDPRESS_URL, value: 'http://demo.localhost:${port}'}]\n`;
}

function namespaceManifest(): string {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
}

async function summary(): Promise<string> {
  const site = await inCluster('kubectl', ['--namespace', namespace, 'get', 'sites']);
  const port = knownPorts(currentInstance())?.http;
  const secret = `e2e/cluster/enter kubectl -n ${namespace} get secret demo-admin -o jsonpath='{.data.password}' | base64 -d`;
  return [
    site.trimEnd(),
    '',
    `WordPress:   http://demo.localhost:${port}/`,
    `log in:      http://demo.localhost:${port}/wp-admin/ as admin; the password:`,
    `             ${secret}`,
    'look around: e2e/cluster/enter kubectl -n demo get sites,pods,ingresses,pvc',
    'stop:        make cluster-down',
  ].join('\n');
}

try {
  await demo();
} catch (error) {
  progress(error instanceof Refusal ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}
