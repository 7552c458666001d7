import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { conditions } from '../operator/kinds/hosted-site/conditions.ts';
import { builtImage, inShell, installOperator, operatorNamespace, release } from './operator.ts';
import type { VisitedSite } from './support/availability/visited-site.ts';
import { visitedSite } from './support/availability/visited-site.ts';
import { apply, eventually, kubectl, namespace } from './support/cluster.ts';
import type { EarlierOperator } from './support/earlier-operator.ts';
import { earlierOperator } from './support/earlier-operator.ts';
import { notTheSame, objectLives, podLives } from './support/lives.ts';
import type { Load } from './support/load.ts';
import { loads } from './support/load.ts';
import { tookOnce } from './support/load/orders.ts';
import { anotherLeads, hasLookedAtAll, leader, metrics, operatorPods } from './support/operator-process.ts';
import { pullSecret, pushed, registry } from './support/registry.ts';
import { condition, operator, site, wait } from './support/site.ts';
import { smallDatabase } from './support/small-site.ts';
import { forget, wordpressSite } from './support/wordpress.ts';

const page = readFileSync(new URL('../docs/use/upgrades.md', import.meta.url), 'utf8');

/** From the operator of an earlier commit, which made the sites, to this checkout's: `helm upgrade`, and nothing else. */
describe('an upgrade of the operator', function () {
  this.timeout(300_000);
  operator();
  registry();
  const load = loads();
  // Before its namespace goes.
  after(() => forget('story-upgrade', 'blog'));
  const ns = namespace('story-upgrade');
  const names = ['shop', 'small', 'blog'];
  // It would render other pods than those that run: their size comes from the chart's values.
  const values = { 'sizes.Small.cache.memory': '72Mi' };
  let earlier: EarlierOperator | undefined;
  let shop: VisitedSite;
  let small: VisitedSite;
  let visitors: readonly Load[] = [];
  const more = (requests: number): Promise<unknown> => Promise.all(visitors.map((one) => one.more(requests)));
  const failures = (): unknown[] => visitors.flatMap((one) => one.lap().failed);

  before(async () => {
    earlier = await earlierOperator();
    const own = { logLevel: 'debug', ...(earlier && { 'images.operator': earlier.image }) };
    await exchanged(() => installOperator(own, earlier?.chart));
    await apply(ns, pullSecret('registry'));
    const tagged = {
      image: await pushed('private-example-1', 'shop:upgraded'),
      imagePullSecrets: [{ name: 'registry' }],
    };
    const cached = { database: smallDatabase, objectCache: { engine: 'Valkey', memory: '16Mi' } };
    await apply(ns, await wordpressSite('blog', 'upgraded-blog.example', cached));
    [shop, small] = await Promise.all([
      visitedSite(ns, 'shop', { replicas: 2 }),
      visitedSite(ns, 'small', { database: smallDatabase, cron: [yearly('report')], ...tagged }),
      wait(ns, 'blog', 'Ready'),
    ]);
    visitors = [await load(shop.host), await load(small.host, { rate: 15 })];
  });
  after(async () => {
    earlier?.remove();
    await installOperator();
  });

  it('fails no visitor of any site, restarts and replaces no pod, and makes no object anew', async () => {
    await more(60);
    assert.deepEqual(failures(), []);
    const [before, made] = [await podLives(ns), await objectLives(ns)];
    const told = await conditionTypes('small');
    await exchanged(() => installOperator(values));
    await hasLookedAtAll();
    assert.equal(await operatorImage(), await builtImage('operator'));
    await serveAsBefore(before);
    assert.deepEqual(notTheSame(made, await objectLives(ns)), []);
    // Its name before the last rename, so that a rename is among what is upgraded from.
    assert.ok(['DigestReady', 'ImageResolved'].some((type) => told.includes(type)));
  });

  it('leaves no condition by a name of before', async () => {
    const types = (await Promise.all(names.map(conditionTypes))).flat();
    assert.deepEqual(
      types.filter((type) => !(type in conditions)),
      [],
    );
    assert.equal(condition(await site(ns, 'small'), 'ImageResolved')?.status, 'True');
  });

  it('says of every site that it could be newer, which makes none unready', async () => {
    for (const name of names) {
      const object = await site(ns, name);
      const said = ['RenderingCurrent', 'Ready'].map((type) => condition(object, type));
      assert.deepEqual(
        said.map((one) => `${one?.status}/${one?.reason}`),
        ['False/OlderRendering', 'True/Serving'],
      );
    }
    await outdated('blog shop small');
  });

  it('renews them one after the other by the command of the page, and fails no visitor', async () => {
    const before = await webPods();
    const [, command = ''] = /^## All of them.*?```sh\n(.*?)```/ms.exec(page) ?? [];
    const all = '--all-namespaces';
    assert.ok(command.includes(all), 'the page has no command');
    const told = await inShell(command.replace(all, `--namespace=${ns}`));
    assert.match(told, /story-upgrade\/blog.*story-upgrade\/shop.*story-upgrade\/small/s);
    for (const name of names) {
      const object = await site(ns, name);
      assert.equal(condition(object, 'RenderingCurrent')?.status, 'True', name);
      assert.equal(condition(object, 'Ready')?.status, 'True', name);
    }
    await outdated('');
    const after = await webPods();
    assert.equal(after.length, before.length);
    assert.deepEqual(
      after.filter((uid) => before.includes(uid)),
      [],
    );
    await more(60);
    assert.deepEqual(failures(), []);
  });

  it('goes on with what their owners change, and took each order once', async () => {
    await shop.scale(3);
    await shop.settled();
    assert.equal((await shop.pods()).length, 3);
    await more(40);
    for (const [at, site] of [shop, small].entries()) {
      const all = await visitors[at]?.stop();
      assert.ok(all !== undefined && all.acknowledged.length > 30);
      assert.deepEqual(all.failed, []);
      await tookOnce(site.host, all);
    }
  });

  /** Waits until the metric names these sites of the story, and no others. */
  async function outdated(names: string): Promise<void> {
    await eventually(`the metric names '${names}'`, 10, async () => {
      const samples = [...(await metrics((await leader()) ?? ''))];
      const ours = samples.filter(([sample, value]) => value === 1 && sample.includes(`namespace="${ns}"`));
      const found = ours.flatMap(
        ([sample]) => /^hostedsite_rendering_outdated\{.*\bname="([^"]+)"/.exec(sample)?.[1] ?? [],
      );
      return found.sort().join(' ') === names ? true : undefined;
    });
  }

  async function webPods(): Promise<string[]> {
    const path = 'jsonpath={.items[*].metadata.uid}';
    const labels = 'app.kubernetes.io/component=web';
    return (await kubectl(['get', 'pods', '-n', ns, '-l', labels, '-o', path])).split(' ');
  }

  /** Something puts other pods in the place of the operator's. */
  async function exchanged(exchange: () => Promise<unknown>): Promise<void> {
    const [pod] = await operatorPods();
    await exchange();
    await anotherLeads(pod?.metadata.name ?? '');
  }

  function operatorImage(): Promise<string> {
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    return kubectl(['get', 'deployment', release, '-n', operatorNamespace, '-o', path]);
  }

  async function conditionTypes(name: string): Promise<string[]> {
    return ((await site(ns, name)).status?.conditions ?? []).map(({ type }) => type);
  }

  /** Every site is Ready by the same pods, and has failed no visitor. */
  async function serveAsBefore(before: readonly string[]): Promise<void> {
    for (const name of names) await wait(ns, name, 'Ready', 10);
    await more(60);
    assert.deepEqual(failures(), []);
    assert.deepEqual(await podLives(ns), before);
  }
});

/** One that does not fall due while the story runs. */
function yearly(name: string): object {
  return { name, schedule: '0 3 1 1 *', command: ['node', '--version'] };
}
