import { join } from 'node:path';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { account, bound, grantedBy } from './rights-rules.ts';
import type { Rendered, Right, Rule } from './rights-rules.ts';
import { readDocuments } from '../../operator/api/yaml.ts';

export { difference, needed } from './rights-rules.ts';
export type { Right } from './rights-rules.ts';

/** Stands for the operator's namespace until that is known. */
const somewhere = 'the-namespace-of-the-operator';
let template: Promise<string> | undefined;

/** The chart's objects with its own values, for an operator in this namespace. Helm runs once in a process. */
export async function chart(operatorNamespace: string): Promise<Rendered[]> {
  template ??= rendered();
  const text = (await template).replaceAll(somewhere, operatorNamespace);
  return readDocuments(text) as Rendered[];
}

async function rendered(): Promise<string> {
  const helm = join(builtPrograms(['helm']).get('helm') ?? '', 'helm');
  const directory = join(checkout, 'charts/hostedsite-operator');
  const place = ['--namespace', somewhere, '--set', 'crds.install=false'];
  return run(helm, ['template', 'hostedsite-operator', directory, ...place]);
}

/** What the chart gives to the operator. */
export async function granted(): Promise<Right[]> {
  return grantedBy(await chart(somewhere));
}

export interface Grant {
  /** Who the service account is to the API server. */
  readonly user: string;
  /** Takes everything back that is not in the operator's namespace. */
  readonly revoke: () => Promise<void>;
}

/**
 * Installs the chart's service account with the chart's rights in an operator's namespace, which has to exist. Every
 * namespace's account has a binding of its own to one ClusterRole.
 */
export async function grant(plane: Pick<ControlPlane, 'client'>, operatorNamespace: string): Promise<Grant> {
  const objects = await chart(operatorNamespace);
  const own = account(objects);
  const pairs = bound(objects).map(({ binding, role }) => ({
    role: { ...role, rules: role.rules?.map(forEveryLife) ?? [] },
    binding: renamed(binding, operatorNamespace),
  }));
  for (const object of [own, ...pairs.flatMap(({ role, binding }) => [role, binding])])
    await sent(plane, object, 'PATCH');
  const user = `system:serviceaccount:${operatorNamespace}:${own.metadata.name}`;
  await until(`${user} has its rights`, 10, async () => {
    const answers = await Promise.all([
      mayGet(plane, user, { resource: 'services' }),
      mayGet(plane, user, { resource: 'secrets', namespace: operatorNamespace }),
    ]);
    return answers.every((answer) => answer) ? true : undefined;
  });
  const wide = pairs.filter(({ binding }) => binding.kind === 'ClusterRoleBinding');
  const revoke = async (): Promise<void> => {
    for (const { binding } of wide) await sent(plane, binding, 'DELETE');
  };
  return { user, revoke };
}

function renamed(binding: Rendered, operatorNamespace: string): Rendered {
  const { metadata, kind } = binding;
  if (kind !== 'ClusterRoleBinding') return binding;
  return { ...binding, metadata: { ...metadata, name: `${operatorNamespace}-${metadata.name}` } };
}

/** Lives of a run's operator at most. */
const lives = 20;

/** An object that is named to the operator, its Lease, is another one in each life: no life waits for a dead one. */
function forEveryLife({ resourceNames, ...rule }: Rule): Rule {
  if (resourceNames === undefined) return rule;
  const numbers = Array.from({ length: lives }, (_, index) => index + 1);
  const numbered = resourceNames.flatMap((name) => [name, ...numbers.map((number) => `${name}-${number}`)]);
  return { ...rule, resourceNames: numbered };
}

async function sent(
  { client }: Pick<ControlPlane, 'client'>,
  object: Rendered,
  method: 'PATCH' | 'DELETE',
): Promise<void> {
  const { namespace, name } = object.metadata;
  const plural = `${object.kind.toLowerCase()}s`;
  const prefix = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const path = `${prefix}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
  const apply = {
    query: { fieldManager: 'chart', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: object,
  };
  await client.request({ method, path, idempotent: true, ...(method === 'PATCH' ? apply : {}) });
}

async function mayGet(
  { client }: Pick<ControlPlane, 'client'>,
  user: string,
  what: { resource: string; namespace?: string },
): Promise<boolean> {
  const apiVersion = 'authorization.k8s.io/v1';
  const answer = await client.request({
    method: 'POST',
    path: `/apis/${apiVersion}/subjectaccessreviews`,
    body: {
      apiVersion,
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: { verb: 'get', ...what } },
    },
    idempotent: true,
  });
  return (answer as { status: { allowed: boolean } }).status.allowed;
}
