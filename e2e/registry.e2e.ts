import assert from 'node:assert/strict';
import { apply, eventually, namespace, request } from './support/cluster.ts';
import { pullSecret, pushed, registry } from './support/registry.ts';
import { applyAndWait, condition, operator, site, stalledFor, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** Images that nobody gets without a password, in a registry of the cluster. */
describe('an image in a private registry', function () {
  operator();
  registry();
  const ns = namespace('story-registry');
  let [first, second] = ['', ''];

  const privately = (name: string, image: string, ...secrets: string[]): object =>
    smallSite(name, image, { imagePullSecrets: secrets.map((secret) => ({ name: secret })) });
  const answer = async (name: string): Promise<string> => {
    const { status, body } = await request(`${name}.example`, '/version');
    return `${status} ${body.trimEnd()}`;
  };

  before(async () => {
    first = await pushed('private-example-1', 'shop:1');
    second = await pushed('private-example-2', 'shop:2');
    await apply(ns, pullSecret('registry'));
  });

  it('runs with the Secret that opens the registry', async () => {
    const names = ['missing', 'wrong'];
    await Promise.all(names.map((name) => applyAndWait(ns, privately(name, first, 'registry'))));
    await eventually('the ingress has taken the sites up', 15, async () => {
      const answers = await Promise.all(names.map(answer));
      return answers.every((one) => one === '200 private 1') ? true : undefined;
    });
  });

  /** The next release of a site of that name asks for a Secret of that name. */
  async function isTold(name: string): Promise<void> {
    const told = await stalledFor(ns, name, 'ImagePullFailed');
    const wayOut = `see that the credentials are right and there, in the Secret ${name}.`;
    assert.ok(told.startsWith(`The image ${second} of the container application cannot be pulled.`), told);
    assert.ok(told.endsWith(wayOut), told);
    assert.equal(condition(await site(ns, name), 'Available')?.status, 'True');
    assert.equal(await answer(name), '200 private 1');
  }

  it('is told when the Secret is missing or wrong; what ran serves, and it goes on by itself', async () => {
    const wrong = pullSecret('wrong', 'open-barley');
    await apply(ns, wrong, privately('missing', second, 'missing'), privately('wrong', second, 'wrong'));
    await Promise.all([isTold('missing'), isTold('wrong')]);
    await apply(ns, pullSecret('missing'), pullSecret('wrong'));
    await Promise.all([wait(ns, 'missing', 'Ready', 60), wait(ns, 'wrong', 'Ready', 60)]);
    for (const name of ['missing', 'wrong']) {
      assert.equal(condition(await site(ns, name), 'Stalled'), undefined);
      assert.equal(await answer(name), '200 private 2');
    }
  });

  it('is told when no Secret is named, and serves on', async () => {
    const image = await pushed('private-example-1', 'shop:nameless');
    await apply(ns, privately('wrong', image));
    const told = await stalledFor(ns, 'wrong', 'ImagePullFailed');
    assert.match(told, /name the credentials in spec\.imagePullSecrets\.$/);
    assert.equal(await answer('wrong'), '200 private 2');
  });
});
