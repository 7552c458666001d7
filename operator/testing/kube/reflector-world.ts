import assert from 'node:assert/strict';
import { ApiClient } from '../../kube/client/api-client.ts';
import type { Cache } from '../../kube/watch/cache.ts';
import { FakeClock } from './fake-clock.ts';
import { Inbox } from './inbox.ts';
import { silentLog } from '../../kube/log.ts';
import { Reflector } from '../../kube/watch/reflector.ts';
import { sample } from './sample-resources.ts';
import { ScriptedServer } from './scripted-server.ts';
import type { Exchange } from './scripted-server.ts';
import type { RawObject } from '../../kube/watch/store.ts';

/** For specs: a reflector, its scripted server, and what it tells the cache (unless one is given) and which sessions ended, as lines. */
export class World {
  readonly clock = new FakeClock();
  readonly reported = new Inbox<string>();
  readonly ended = new Inbox<string>();
  /** Bytes of each piece of a watch. */
  readonly received: number[] = [];
  readonly stop = new AbortController();
  readonly server: ScriptedServer;
  readonly client: ApiClient;
  readonly reflector: Reflector;
  readonly run: Promise<void>;

  constructor(server: ScriptedServer, kind: string, random: () => number, cache?: Cache) {
    this.server = server;
    const { clock } = this;
    this.client = new ApiClient({
      access: () => Promise.resolve({ server: server.url, tls: {} }),
      clock,
      random: () => 0,
      userAgent: 'spec',
    });
    this.reflector = new Reflector({
      resource: sample(kind),
      client: this.client,
      clock,
      random,
      log: silentLog,
      restarted: (_kind, cause) => this.ended.push(cause),
      received: (_kind, bytes) => this.received.push(bytes),
      cache: cache ?? {
        replace: (_kind, objects, version) => this.reported.push(`replace ${names(objects)} @${version}`),
        take: (_kind, type, object) => this.reported.push(`${type} ${names([object])}`),
        advance: (_kind, version) => this.reported.push(`advance @${version}`),
        absent: (kind) => this.reported.push(`absent ${kind}`),
      },
    });
    this.run = this.reflector.run(this.stop.signal);
  }

  /** Lets the pause after a failed session pass. */
  async pause(milliseconds = 500): Promise<void> {
    await this.clock.timer((delay) => delay === milliseconds);
    await this.clock.advance(milliseconds);
  }

  /** A reflector that has its initial events and a watch that is open. */
  async synced(): Promise<Exchange> {
    const watch = (await this.server.next()).watch();
    watch.frame('ADDED', pod('a', 5)).frame('BOOKMARK', initialEnd(10));
    assert.equal(await this.reported.next(), 'replace a#5 @10');
    return watch;
  }

  async close(): Promise<void> {
    this.stop.abort(new Error('stopped'));
    await this.run;
    await this.client.close();
    await this.server.close();
    assert.deepEqual(this.clock.pending(), [], 'timers are left');
  }
}

export function pod(name: string, version: number): RawObject {
  const owner = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'HostedSite', name: 'shop', uid: 'site' };
  const ownerReferences = [{ ...owner, controller: true }];
  return {
    metadata: { name, namespace: 'ns', uid: name, resourceVersion: String(version), ownerReferences },
  };
}

export function bookmark(version: number): unknown {
  return { kind: 'Pod', metadata: { resourceVersion: String(version) } };
}

export function initialEnd(version: number): unknown {
  return {
    metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
}

function names(objects: Iterable<RawObject>): string {
  return [...objects].map(({ metadata }) => `${metadata.name}#${metadata.resourceVersion ?? ''}`).join(' ');
}
