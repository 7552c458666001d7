import assert from 'node:assert/strict';
import type { Look, RouteTarget } from '../components/component.ts';
import { FakeClock, settled } from '../testing/kube/fake-clock.ts';
import type { Greeting } from './handshake.ts';
import { RouteLooks } from './route-looks.ts';

const target: RouteTarget = { address: '203.0.113.1', host: 'www.example.org', secretName: 'own' };

class Sight {
  readonly clock = new FakeClock();
  readonly greeted: string[] = [];
  readonly found: string[] = [];
  answer: Greeting['finding'] = 'valid';
  isSilent = false;
  until: Date | undefined;
  /** Those that wait for an answer, while it is held back. */
  readonly held: (() => void)[] = [];
  isHeld = false;
  readonly looks = new RouteLooks({
    clock: this.clock,
    greet: async ({ host }) => {
      this.greeted.push(host);
      if (this.isHeld) await new Promise<void>((resolve) => this.held.push(resolve));
      return { finding: this.answer, isSilent: this.isSilent, ...(this.until && { until: this.until }) };
    },
    found: (key) => this.found.push(key),
  });

  async ask(seconds = 0, expected = target): Promise<Look> {
    await this.clock.advance(seconds * 1000);
    const look = this.looks.ask('ns/shop', expected);
    await settled();
    return look;
  }
}

describe('looks at routes', () => {
  let sight: Sight;
  beforeEach(() => (sight = new Sight()));

  it('are not waited for: the first answer comes with the next question, which is called for', async () => {
    assert.equal((await sight.ask()).finding, undefined);
    assert.deepEqual(sight.found, ['ns/shop']);
    assert.equal((await sight.ask()).finding, 'valid');
    assert.equal(sight.greeted.length, 1);
  });

  it('at what is well are few, and call for nobody', async () => {
    await sight.ask();
    await sight.ask(899);
    assert.equal(sight.greeted.length, 1);
    const { lookAgainAt } = await sight.ask(1);
    assert.equal(sight.greeted.length, 2);
    assert.equal(sight.found.length, 1);
    assert.ok(lookAgainAt.getTime() > sight.clock.wall(), 'somebody comes back without being called');
  });

  it('at what is wrong are many at first, and then one in half a minute', async () => {
    sight.answer = 'none';
    await sight.ask();
    for (let at = 0; at < 16; at += 2) await sight.ask(2);
    assert.equal(sight.greeted.length, 9);
    await sight.ask(29);
    assert.equal(sight.greeted.length, 9);
    const { finding, since } = await sight.ask(1);
    assert.deepEqual([finding, since.getTime()], ['none', Date.UTC(2030, 0, 1)]);
    assert.equal(sight.greeted.length, 10);
    assert.equal(sight.found.length, 10, 'a trouble that lasts is told when it has lasted');
  });

  it('at what is wrong in changing ways are as many, and say since when it is wrong', async () => {
    for (let at = 0; at < 16; at += 2) {
      sight.answer = at % 4 === 0 ? 'none' : 'controllers-own';
      await sight.ask(at === 0 ? 0 : 2);
    }
    const { finding, since } = await sight.ask(2);
    assert.deepEqual([finding, since.getTime()], ['controllers-own', Date.UTC(2030, 0, 1)]);
    assert.equal(sight.greeted.length, 9);
    await sight.ask(29);
    assert.equal(sight.greeted.length, 9);
  });

  it('at what was wrong, and is not answered, go on for a quarter of an hour', async () => {
    sight.answer = 'none';
    await sight.ask();
    sight.answer = 'unreachable';
    await sight.ask(2);
    for (let at = 0; at < 900; at += 30) await sight.ask(30);
    assert.equal(sight.greeted.length, 32);
    await sight.ask(899);
    assert.equal(sight.greeted.length, 32);
  });

  it('are not repeated for each site of an address that drops connections', async () => {
    [sight.answer, sight.isSilent] = ['unreachable', true];
    await sight.ask();
    const ask = async (host: string, address = target.address): Promise<Look['finding']> => {
      sight.looks.ask(`ns/${host}`, { ...target, host, address });
      await settled();
      return sight.looks.ask(`ns/${host}`, { ...target, host, address }).finding;
    };
    assert.equal(await ask('b'), 'unreachable');
    [sight.answer, sight.isSilent] = ['valid', false];
    await ask('c', '203.0.113.2');
    await sight.clock.advance(29_999);
    assert.equal(await ask('d'), 'unreachable');
    await sight.clock.advance(1);
    assert.equal(await ask('e'), 'valid');
    assert.deepEqual(sight.greeted, ['www.example.org', 'c', 'e']);
  });

  it('happen when a certificate ends', async () => {
    sight.until = new Date(Date.UTC(2030, 0, 1, 0, 1));
    await sight.ask();
    assert.deepEqual((await sight.ask()).lookAgainAt, sight.until);
  });

  it('begin anew for another target, and an answer about the one before is dropped', async () => {
    sight.isHeld = true;
    await sight.ask();
    const other = { ...target, secretName: 'other' };
    assert.equal((await sight.ask(0, other)).finding, undefined);
    sight.answer = 'none';
    sight.held[0]?.();
    await settled();
    assert.deepEqual(sight.found, []);
    sight.answer = 'valid';
    sight.held[1]?.();
    await settled();
    assert.equal((await sight.ask(0, other)).finding, 'valid');
  });

  it('are eight at once at most', async () => {
    sight.isHeld = true;
    for (let at = 0; at < 20; at += 1) sight.looks.ask(`ns/${at}`, { ...target, host: `${at}` });
    await settled();
    assert.equal(sight.greeted.length, 8);
    sight.held[0]?.();
    await settled();
    assert.equal(sight.greeted.length, 9);
  });

  it('begin with those of whom nothing is known', async () => {
    await sight.ask();
    sight.isHeld = true;
    for (let at = 0; at < 8; at += 1) sight.looks.ask(`ns/${at}`, { ...target, host: `${at}` });
    await sight.ask(900);
    sight.looks.ask('ns/new', { ...target, host: 'new' });
    sight.held[0]?.();
    await settled();
    assert.equal(sight.greeted.at(-1), 'new');
    sight.held[1]?.();
    await settled();
    assert.equal(sight.greeted.at(-1), target.host);
  });

  it('of a site that is gone call for nobody', async () => {
    sight.isHeld = true;
    await sight.ask();
    sight.looks.forget('ns/shop');
    sight.held[0]?.();
    await settled();
    assert.deepEqual(sight.found, []);
  });

  it('that fail in themselves say nothing', async () => {
    const looks = new RouteLooks({
      clock: sight.clock,
      greet: () => Promise.reject(new Error('no such system call')),
      found: () => undefined,
    });
    looks.ask('ns/shop', target);
    await settled();
    assert.equal(looks.ask('ns/shop', target).finding, 'unreachable');
  });
});
