import assert from 'node:assert/strict';
import { Story, owned, places } from './invariants-story.ts';
import { Observer } from './observer.ts';
import type { Feed, Seen } from './world-feed.ts';

/** A feed that tells what a story tells it to. */
class ToldFeed {
  failure: Error | undefined;
  readonly #listeners: ((seen: Seen) => void)[] = [];

  list(): [] {
    return [];
  }

  listen(_: string, listener: (seen: Seen) => void): () => void {
    // Each place has its own listener; one of them is enough here.
    if (this.#listeners.length === 0) this.#listeners.push(listener);
    return () => this.#listeners.splice(0);
  }

  tell({ events }: Story): void {
    for (const event of events.splice(0)) this.#listeners.forEach((listener) => listener(event));
  }
}

describe('the observer', () => {
  const begun = (): { feed: ToldFeed; observer: Observer; story: Story } => {
    const feed = new ToldFeed();
    return {
      feed,
      observer: Observer.start({ feed: feed as unknown as Feed, ...places }),
      story: new Story(),
    };
  };

  it('counts what is made and deleted, from the moment on that it is armed', () => {
    const { feed, observer, story } = begun();
    feed.tell(story.site().is('Service', 'before', {}, owned));
    observer.arm();
    feed.tell(
      story
        .is('Service', 'x', {}, owned)
        .is('Service', 'x', {}, owned)
        .ends('Service', 'x')
        .is('Service', 'x', {}, owned),
    );
    assert.deepEqual([...observer.lifecycle], [['Service/x', { created: 2, deleted: 1 }]]);
  });

  it('names copies by what they are copies of, and pods only where a name lasts', () => {
    const { feed, observer, story } = begun();
    observer.arm();
    const generateName = { generateName: 'shop-web-' } as object;
    feed.tell(
      story.copy('a', { x: '1' }).is('Pod', 'shop-web-x7f', {}, generateName).is('Pod', 'shop-database-0'),
    );
    assert.deepEqual([...observer.lifecycle.keys()], ['Copy/a', 'Pod/shop-database-0']);
  });

  it('judges what it has seen, also before it was armed', () => {
    const { feed, observer, story } = begun();
    feed.tell(story.site().is('PersistentVolumeClaim', 'c').ends('PersistentVolumeClaim', 'c'));
    observer.arm();
    assert.equal(observer.violations.length, 1);
  });

  it('tells that it missed something', () => {
    const { feed, observer } = begun();
    feed.failure = new Error('events of Pod were missed');
    assert.deepEqual(observer.violations, ['events of Pod were missed']);
  });

  it('hears nothing more when it is stopped', () => {
    const { feed, observer, story } = begun();
    observer.arm();
    observer.stop();
    feed.tell(story.is('Service', 'x'));
    assert.equal(observer.lifecycle.size, 0);
  });
});
