import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run, until } from '../cluster/command.ts';
import { checkout } from '../cluster/instance.ts';
import { builtPrograms } from '../cluster/programs.ts';
import { controlPlanes } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';

const label = 'hostedsite.dev/only-sites-publish';
const operator = 'system:serviceaccount:hosting:test-hostedsite-operator';
const certManager = 'system:serviceaccount:cert-manager:cert-manager';
const refusal = /only-sites-publish on the namespace guarded keeps routes to HostedSites/;

/** The chart's policy for whoever may write routes, at a real API server. */
describe('a policy that keeps routes to sites', function () {
  this.timeout(120_000);
  const start = controlPlanes();
  let plane: ControlPlane;
  let kubectlProgram: string;

  const kubectl = (user: string, args: readonly string[], input: string): Promise<string> => {
    const as = user === 'admin' ? [] : [`--as=${user}`, '--as-group=system:masters'];
    const options = [`--kubeconfig=${plane.kubeconfig}`, ...as, ...args, '-f', '-'];
    return run(kubectlProgram, options, { input });
  };
  const route = (user: string, namespace: string, path: string): Promise<string> => {
    const backend = { service: { name: 'mine', port: { number: 80 } } };
    const paths = [{ path, pathType: 'Prefix', backend }];
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'route', namespace },
      spec: { rules: [{ host: 'www.example.org', http: { paths } }] },
    };
    return kubectl(user, ['apply', '--server-side', '--force-conflicts'], JSON.stringify(ingress));
  };

  before(async () => {
    const programs = builtPrograms();
    kubectlProgram = join(programs.get('kubernetes') ?? '', 'kubectl');
    plane = await start({ controllers: false });
    const namespaces = Object.entries({ guarded: { [label]: 'yes' }, free: {} }).map(([name, labels]) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }),
    );
    await kubectl('admin', ['apply'], namespaces.join('\n---\n'));
    const rendered = await run(join(programs.get('helm') ?? '', 'helm'), [
      ...['template', 'test', join(checkout, 'charts/hostedsite-operator'), '--namespace', 'hosting'],
      ...['--set', 'routePolicy.enabled=true', '--show-only', 'templates/route-policy.yaml'],
    ]);
    await kubectl('admin', ['apply'], rendered);
    await until('the policy is in force', 30, () =>
      route('tenant', 'guarded', '/login').then(
        () => undefined,
        (error: unknown) => (refusal.test(String(error)) ? true : undefined),
      ),
    );
  });

  it('lets the operator publish there, and cert-manager answer', async () => {
    await route(operator, 'guarded', '/');
    await route(certManager, 'guarded', '/.well-known/acme-challenge/x');
  });

  it('refuses a tenant to make a route, and to change one', async () => {
    await route(operator, 'guarded', '/');
    await assert.rejects(route('tenant', 'guarded', '/login'), refusal);
  });

  it('lets everybody publish in other namespaces', async () => {
    await route('tenant', 'free', '/login');
  });
});
