import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import type { Finding, RouteTarget } from '../components/component.ts';
import { World } from '../testing/world.ts';
import type { SiteContext } from './context.ts';

/** A world in which somebody looks at what visitors are served. */
class Seen extends World {
  finding: Finding | undefined;
  readonly asked: RouteTarget[] = [];
  readonly forgotten: string[] = [];

  override get context(): SiteContext {
    const looks: SiteContext['looks'] = {
      ask: (_key, target) => {
        this.asked.push(target);
        const since = new Date('2030-01-01T11:00:00Z');
        const lookAgainAt = new Date(this.now.getTime() + 60_000);
        return { since, lookAgainAt, ...(this.finding === undefined ? {} : { finding: this.finding }) };
      },
      forget: (key) => this.forgotten.push(key),
    };
    return { ...super.context, looks };
  }

  /** What an ingress controller does that publishes its address. */
  publish(): void {
    this.cluster.edit('Ingress', 'customer-a', 'shop', (object) => {
      object['status'] = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } };
    });
  }
}

const spec = { replicas: 1, route: { tls: { secretName: 'own' } } };

describe('a certificate that visitors do not get', () => {
  it('keeps a new site from being Ready, which says why', async () => {
    const world = new Seen(spec, components);
    await world.settle();
    world.publish();
    world.finding = 'controllers-own';
    world.runControllers();
    await world.settle();
    assert.equal(world.condition('RouteReady'), 'False/CertificateNotServed');
    assert.equal(world.condition('Ready'), 'Unknown/Progressing');
    const { message } = world.status.conditions?.find(({ type }) => type === 'Ready') ?? {};
    assert.match(message ?? '', /The Secret own is missing/);
    world.finding = 'valid';
    await world.settle();
    assert.equal(world.condition('Ready'), 'True/Serving');
  });

  it('of a site that serves is told beside Ready, and stalls nothing', async () => {
    const world = new Seen(spec, components);
    await world.bringUp();
    assert.deepEqual(world.asked, [], 'there is no address to look at');
    world.publish();
    world.finding = 'none';
    await world.settle();
    assert.deepEqual(
      ['Ready', 'RouteReady', 'Stalled'].map((type) => world.condition(type)),
      ['True/Serving', 'False/CertificateNotServed', undefined],
    );
    assert.deepEqual(world.asked[0], { address: '203.0.113.1', host: 'www.example.org', secretName: 'own' });
  });

  it("is nobody's affair where the operator does not look, or the site is gone", async () => {
    const world = new World(spec, components);
    await world.bringUp();
    assert.equal(world.condition('RouteReady'), 'True/Published');
    const seen = new Seen(spec, components);
    await seen.bringUp();
    seen.forgotten.length = 0;
    seen.cluster.remove('HostedSite', 'customer-a', 'shop');
    await seen.pass();
    assert.deepEqual(seen.forgotten, ['customer-a/shop']);
  });
});
