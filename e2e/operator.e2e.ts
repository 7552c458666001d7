import assert from 'node:assert/strict';
import { reservationName } from '../operator/sites/hosts/reservation.ts';
import { inCluster, installOperator, operatorNamespace, release } from './operator.ts';
import { apply, eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import {
  answer,
  hasLookedAtAll,
  leader,
  logs,
  metrics,
  operatorPods,
  restarts,
  serviceAccount,
  sum,
  upgraded,
} from './support/operator-process.ts';
import { applyAndWait, children, condition, operator, site, takenUp, wait } from './support/site.ts';
import { smallDatabase, smallSite } from './support/small-site.ts';
import { turns, visitDuring } from './support/visits.ts';

/** The installation itself. Other stories use the same operator: it is put back as it was, whatever happens. */
describe('the operator', function () {
  operator();
  const ns = namespace('story-operator');
  const other = namespace('story-operator-other');
  let good = '';
  const shop = (spec: Record<string, unknown> = {}): object =>
    smallSite('shop', good, { database: smallDatabase, files: { size: '20Mi' }, ...spec });

  before(async () => {
    good = await image('node-example-1');
    await upgraded('logLevel=debug');
    await applyAndWait(ns, shop());
  });
  after(async function () {
    this.timeout(300_000);
    await installOperator();
  });

  async function podsOfSite(): Promise<string> {
    const path =
      'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
    return kubectl(['get', 'pods', '-n', ns, '-l', 'app.kubernetes.io/instance=shop', '-o', path]);
  }

  async function password(secret: string): Promise<string> {
    const text = await kubectl(['get', 'secret', secret, '-n', ns, '-o', 'jsonpath={.data.password}']);
    return Buffer.from(text, 'base64').toString();
  }

  /** The Secrets of a namespace of which the operator has copies. */
  async function copiesOf(space: string): Promise<string[]> {
    const path = '{.items[*].metadata.annotations.hostedsite\\.dev/copy-of}';
    const text = await kubectl(['get', 'secrets', '-n', operatorNamespace, '-o', `jsonpath=${path}`]);
    return text.split(' ').filter((one) => one.startsWith(`${space}/`));
  }

  describe('at work', () => {
    it('tells that it is well, and measures', async () => {
      const [pod] = await operatorPods();
      const name = pod!.metadata.name;
      assert.equal(await answer(name, '/healthz'), 'ok\n');
      assert.equal(await answer(name, '/readyz'), 'ok\n');
      const samples = await metrics(name);
      assert.ok(sum(samples, 'controller_runtime_reconcile_total') > 0);
      assert.ok(sum(samples, 'rest_client_requests_total') > 0);
      assert.equal(sum(samples, 'leader_election_master_status'), 1);
      assert.ok(sum(samples, 'hostedsite_cache_objects', /HostedSite/) > 0);
    });

    it('logs one JSON object in a line', async () => {
      const lines = (await logs()).trim().split('\n');
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const { level, message, timestamp } = JSON.parse(line) as Record<string, string>;
        assert.ok(
          level !== undefined && message !== undefined && !Number.isNaN(Date.parse(timestamp!)),
          line,
        );
      }
    });

    it('writes no password into a log, an event, a status, or any object but Secrets', async () => {
      const secrets = [await password('shop-database'), await password('shop-database-root')];
      const kinds =
        'hostedsites,all,configmaps,controllerrevisions,pvc,ingresses,networkpolicies,serviceaccounts';
      const places = {
        logs: await logs(),
        events: await kubectl(['get', 'events.events.k8s.io', '-A', '-o', 'json']),
        objects: await kubectl(['get', kinds, '-n', ns, '-o', 'json', '--show-managed-fields']),
        'objects of the operator': await kubectl([
          'get',
          'all,configmaps,leases',
          '-n',
          operatorNamespace,
          '-o',
          'json',
        ]),
      };
      assert.match(places.objects, /"kind": "StatefulSet"/);
      for (const secret of secrets) {
        assert.ok(secret.length >= 16, `a password of ${secret.length} characters`);
        for (const [where, text] of Object.entries(places)) {
          const forms = [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)];
          assert.ok(!forms.some((form) => text.includes(form)), `a password is in the ${where}`);
        }
      }
    });

    const rights: [what: string, isAllowed: boolean, where: string, ...question: string[]][] = [
      ...['get', 'list', 'watch', 'update', 'patch', 'deletecollection'].map(
        (verb) =>
          [`${verb} Secrets of sites`, false, ns, verb, 'secrets'] as [string, boolean, string, ...string[]],
      ),
      ['create Secrets of sites', true, ns, 'create', 'secrets'],
      ['delete Secrets of sites', true, ns, 'delete', 'secrets'],
      ['read its own copies', true, operatorNamespace, 'get', 'secrets'],
      ['list its own copies', true, operatorNamespace, 'list', 'secrets'],
      ['do everything', false, ns, '*', '*'],
      ['enter pods', false, ns, 'create', 'pods', '--subresource=exec'],
      ['make the pods that ask for digests', true, ns, 'create', 'pods'],
      ['give pods their owner back', true, ns, 'patch', 'pods'],
      ['say with what site its copies go', true, operatorNamespace, 'patch', 'secrets'],
      ['make rights', false, ns, 'create', 'rolebindings.rbac.authorization.k8s.io'],
      ['speak for others', false, ns, 'impersonate', 'users'],
      ['make tokens', false, ns, 'create', 'serviceaccounts', '--subresource=token'],
      ['delete a site whose ttl is over', true, ns, 'delete', 'hostedsites.hostedsite.dev'],
      ['change nodes', false, ns, 'patch', 'nodes'],
    ];
    for (const [what, isAllowed, where, ...question] of rights) {
      it(`may ${isAllowed ? '' : 'not '}${what}`, async () => {
        const asked = kubectl(['auth', 'can-i', ...question, '-n', where, '--as', serviceAccount]);
        // kubectl ends with 1 when the answer is no.
        const said = await asked.catch(() => 'no');
        assert.equal(said.trim().split('\n').at(-1), isAllowed ? 'yes' : 'no');
      });
    }
  });

  describe('upgraded', () => {
    it('restarts no site and writes none', async () => {
      const [pods, objects] = [await podsOfSite(), await children(ns, 'shop')];
      await upgraded('logLevel=info');
      await hasLookedAtAll();
      assert.equal(await podsOfSite(), pods);
      assert.deepEqual(await children(ns, 'shop'), objects);
    });
  });

  describe('uninstalled', () => {
    const leftNamespace = 'story-operator-left';
    let pods = '';
    let objects = new Map<string, string>();
    let passwords: string[] = [];
    let copies: string[] = [];

    before(async () => {
      await kubectl(['delete', 'namespace', leftNamespace, '--ignore-not-found']);
      await kubectl(['create', 'namespace', leftNamespace]);
      await applyAndWait(
        leftNamespace,
        smallSite('left', good, { database: smallDatabase, files: { size: '20Mi' } }),
      );
      assert.notDeepEqual(await copiesOf(leftNamespace), []);
      pods = await podsOfSite();
      objects = await children(ns, 'shop');
      copies = await copiesOf(ns);
      passwords = [await password('shop-database'), await password('shop-database-root')];
      await inCluster('helm', ['uninstall', release, '--namespace', operatorNamespace, '--wait']);
    });
    after(() => kubectl(['delete', 'namespace', leftNamespace, '--ignore-not-found', '--wait=false']));

    it('leaves its sites and what they are made of, and they serve on', async () => {
      assert.deepEqual(await operatorPods(), []);
      assert.equal((await request('shop.example', '/version')).status, 200);
      assert.equal(await podsOfSite(), pods);
      assert.deepEqual(await children(ns, 'shop'), objects);
      assert.equal(condition(await site(ns, 'shop'), 'Ready')?.status, 'True');
    });

    it('holds no namespace back that is deleted', async () => {
      await kubectl(['delete', 'namespace', leftNamespace, '--wait', '--timeout=60s']);
    });

    it('is missed by a site that is made meanwhile: nothing takes it for ready', async () => {
      await apply(ns, smallSite('early', good, { hosts: ['shop.example'] }));
      const object = await site(ns, 'early');
      const said = ['Ready', 'Reconciling'].map((type) => condition(object, type));
      assert.deepEqual(
        said.map((one) => [one?.status, one?.reason]),
        [
          ['Unknown', 'Pending'],
          ['True', 'Pending'],
        ],
      );
      assert.equal(object.status?.observedGeneration, 0);
    });

    it('takes up all of it when it is installed again: nothing is restarted and nothing is written', async () => {
      await installOperator();
      await hasLookedAtAll();
      assert.equal(await podsOfSite(), pods);
      assert.deepEqual(await children(ns, 'shop'), objects);
      const object = await site(ns, 'shop');
      assert.equal(condition(object, 'Ready')?.status, 'True');
      assert.equal(condition(object, 'Stalled'), undefined);
    });

    it('collects the credentials of the namespace that is gone, and no others', async () => {
      await eventually('they are collected', 30, async () =>
        (await copiesOf(leftNamespace)).length === 0 ? true : undefined,
      );
      assert.deepEqual(await copiesOf(ns), copies);
    });

    it('judges the site that waited: nothing is left of what was said of it', async () => {
      await wait(ns, 'early', 'Stalled', 20);
      await eventually('it is no longer worked on', 10, async () => {
        const object = await site(ns, 'early');
        if (condition(object, 'Reconciling') !== undefined) return undefined;
        assert.equal(condition(object, 'Ready')?.reason, 'HostTaken');
        return true;
      });
      await kubectl(['delete', 'hostedsite', 'early', '-n', ns]);
    });

    it('knows the credentials of the site again', async () => {
      await kubectl(['delete', 'secret', 'shop-database', '-n', ns]);
      // A new generation is when the operator makes sure of Secrets; this one restarts no pod.
      await applyAndWait(
        ns,
        shop({ rollout: { terminationGracePeriodSeconds: 3, progressDeadlineSeconds: 500 } }),
      );
      assert.deepEqual([await password('shop-database'), await password('shop-database-root')], passwords);
      assert.equal(condition(await site(ns, 'shop'), 'Stalled'), undefined);
      assert.equal(await podsOfSite(), pods);
    });
  });

  describe('with two replicas', () => {
    // As the chart has it; stories in one namespace after another have the same hosts.
    before(() => upgraded('replicas=2,hosts.releaseAfter=168h'));

    it('works in one of them', async () => {
      const first = await eventually('one leads', 20, leader);
      const other = (await operatorPods())
        .map(({ metadata }) => metadata.name)
        .find((name) => name !== first);
      await wait(ns, 'shop', 'Ready');
      assert.equal(sum(await metrics(first), 'leader_election_master_status'), 1);
      const standby = await metrics(other!);
      assert.equal(sum(standby, 'leader_election_master_status'), 0);
      assert.equal(sum(standby, 'controller_runtime_reconcile_total'), 0);
      assert.equal(sum(standby, 'rest_client_requests_total', /method="(PATCH|POST|DELETE|PUT)"/), 0);
      assert.equal(await answer(other!, '/readyz'), 'ok\n');
    });

    it('hands over within seconds when the pod that works is deleted', async () => {
      const first = await eventually('one leads', 20, leader);
      const started = Date.now();
      await kubectl(['delete', 'pod', first, '-n', operatorNamespace, '--wait=false']);
      await apply(ns, smallSite('next', good));
      await eventually('another leads', 10, async () => {
        const now = await leader();
        return now !== undefined && now !== first ? now : undefined;
      });
      const seconds = (Date.now() - started) / 1000;
      assert.ok(seconds < 6, `${seconds} s`);
      await wait(ns, 'next', 'Ready', 40);
      assert.equal(await restarts(), 0);
    });

    it('keeps a host that was dropped for its namespace: who waits for it elsewhere is shown to nobody', async () => {
      const [host, later] = ['next.example', 'later.example'];
      const says = (words: RegExp): Promise<true> =>
        eventually(`it is told ${words}`, 30, async () => {
          // Nobody wakes it for what is not for it.
          const look = [`story=${Date.now()}`, '--overwrite'];
          await kubectl(['annotate', 'hostedsite', 'waiting', '-n', other, ...look]);
          const { reason, message = '' } = condition(await site(other, 'waiting'), 'Stalled') ?? {};
          return reason === 'HostTaken' && words.test(message) ? true : undefined;
        });
      await apply(other, smallSite('waiting', good, { hosts: [host], replicas: 0 }));
      await says(/^The host next\.example belongs to another site\./);
      await takenUp(host);
      const visits = await visitDuring(host, async () => {
        await applyAndWait(ns, smallSite('next', good, { hosts: [later] }));
        await says(/^The host next\.example was another site's and stays with the namespace of that one/);
        await takenUp(later);
        await eventually('the host leads nowhere', 20, async () =>
          (await request(host, '/')).status === 404 ? true : undefined,
        );
      });
      assert.deepEqual(turns(visits), [200, 404]);
      assert.deepEqual(await children(other, 'waiting'), new Map());
      await kubectl(['delete', 'configmap', reservationName(host), '-n', operatorNamespace]);
      await wait(other, 'waiting', 'Ready', 40);
    });
  });
});
