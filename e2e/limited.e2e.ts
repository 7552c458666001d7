import assert from 'node:assert/strict';
import { inCluster, installOperator, operatorNamespace, release } from './operator.ts';
import { apply, eventually, image, kubectl, namespace } from './support/cluster.ts';
import { condition, operator, site, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';

const account = `system:serviceaccount:${operatorNamespace}:${release}`;

/** Whether the operator's account may do something there; `kubectl auth can-i` fails where it may not. */
async function may(verb: string, resource: string, ...where: string[]): Promise<boolean> {
  const asked = ['auth', 'can-i', verb, resource, '--as', account, ...where];
  return inCluster('kubectl', asked).then(
    () => true,
    () => false,
  );
}

/** One operator, two namespaces that it looks after, and one that it does not. */
describe('An operator that is limited to namespaces', function () {
  this.timeout(300_000);
  operator();
  const [a, b, c] = ['story-limited-a', 'story-limited-b', 'story-limited-c'].map((name) =>
    namespace(name),
  ) as [string, string, string];

  before(async () => {
    const good = await image('node-example-1');
    await installOperator({ 'watchNamespaces[0]': a, 'watchNamespaces[1]': b });
    for (const space of [a, b, c])
      await apply(
        space,
        smallSite('shop', good, { hosts: [`${space}.example.org`], database: smallDatabase }),
      );
  });
  after(() => installOperator());

  it('looks after the sites of both', async () => {
    await Promise.all([wait(a, 'shop', 'Ready'), wait(b, 'shop', 'Ready')]);
    const { message } = condition(await site(a, 'shop'), 'RouteReady') as { message: string };
    assert.match(message, /cannot be seen: the operator is limited to namespaces/);
  });

  it('touches nothing elsewhere', async () => {
    const made = await kubectl(['get', 'deployments,services,pvc,secrets', '-n', c, '-o', 'name']);
    assert.equal(made.trim(), '');
    const written = await kubectl([
      'get',
      'hostedsite',
      'shop',
      '-n',
      c,
      '--show-managed-fields',
      '-o',
      'json',
    ]);
    assert.doesNotMatch(written, /"manager": "hostedsite/);
  });

  it('has rights in both, and none elsewhere or on the whole cluster', async () => {
    for (const space of [a, b]) assert.ok(await may('patch', 'deployments.apps', '-n', space), space);
    assert.ok(await may('get', `namespaces/${a}`, '-n', a));
    for (const where of [['-n', c], ['--all-namespaces']])
      for (const [verb, kind] of [
        ['list', 'hostedsites.hostedsite.dev'],
        ['create', 'deployments.apps'],
        ['create', 'secrets'],
      ] as const)
        assert.ok(!(await may(verb, kind, ...where)), `${verb} ${kind} ${where.join(' ')}`);
    for (const kind of ['storageclasses', 'ingressclasses', 'customresourcedefinitions', 'namespaces'])
      assert.ok(!(await may('list', kind, '--all-namespaces')), kind);
    const named = ['get', 'clusterroles,clusterrolebindings', '-l', `app.kubernetes.io/instance=${release}`];
    assert.equal((await kubectl([...named, '-o', 'name'])).trim(), '');
  });

  it('goes on when one of them is deleted, and is ready', async () => {
    await kubectl(['delete', 'namespace', b, '--wait', '--timeout=90s']);
    await kubectl(['delete', 'service', 'shop-web', '-n', a]);
    await eventually('the Service is there again', 60, async () =>
      (await kubectl(['get', 'service', 'shop-web', '-n', a, '--ignore-not-found', '-o', 'name'])).trim() ===
      ''
        ? undefined
        : true,
    );
    await inCluster('kubectl', [
      'rollout',
      'status',
      `deployment/${release}`,
      '-n',
      operatorNamespace,
      '--timeout=1m',
    ]);
  });
});
