import assert from 'node:assert/strict';
import { isGated } from '../commands/job.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { Component, Manifest } from '../components/component.ts';
import { components } from '../components/index.ts';
import { JobsInMemory } from './jobs-in-memory.ts';
import { World } from './world.ts';

/** A site whose releases have a command, and whoever plays its Jobs. */
export class Commanded {
  readonly world: World;
  readonly jobs: JobsInMemory;
  /** UIDs of the pods that have ever lost their gate, by revision. */
  readonly opened = new Map<string, Set<string>>();

  constructor(spec: Partial<HostedSiteSpec> = {}, list: readonly Component[] = components) {
    this.world = new World({ release: { command: ['migrate'] }, ...spec }, list);
    this.jobs = new JobsInMemory(this.world.cluster, () => this.world.now);
  }

  /** One pass, and what it wrote but for Secrets and the status; one that fails writes what it wrote. */
  async pass(): Promise<string[]> {
    const { cluster } = this.world;
    const before = cluster.writes.length;
    await this.world.pass().catch(() => undefined);
    this.look();
    return cluster.writes
      .slice(before)
      .filter(({ verb, kind }) => verb !== 'status' && kind !== 'Secret')
      .map(({ verb, kind, name }) => `${verb} ${kind}/${masked(name)}`);
  }

  /** The operator alone, until it writes nothing. */
  async passes(limit = 20): Promise<void> {
    for (let quiet = 0; quiet < 2; limit -= 1) {
      assert.ok(limit > 0, 'still writing');
      quiet = (await this.pass()).length === 0 ? quiet + 1 : 0;
    }
  }

  /** Everybody in turn, until nobody has anything to do. Pods that serve come up too, unless `isServing` is false. */
  async rest({ isServing = true, limit = 60 } = {}): Promise<void> {
    for (let quiet = 0; quiet < 2; limit -= 1) {
      assert.ok(limit > 0, 'does not come to rest');
      const written = await this.pass();
      const stepped = await this.jobs.step();
      if (isServing) this.world.runControllers();
      this.look();
      quiet = written.length === 0 && !stepped ? quiet + 1 : 0;
    }
    await this.world.pass();
  }

  /** Passes and steps until the command's pod has begun, and no further. */
  async untilOpen(): Promise<void> {
    for (let tries = 0; tries < 30; tries += 1) {
      await this.pass();
      if (this.pods().some((pod) => !isGated(pod) && phaseOf(pod) === 'Running')) return;
      await this.jobs.step();
    }
    assert.fail('no command begins');
  }

  /** Writes down what runs now. */
  look(): void {
    for (const pod of this.pods()) {
      const { labels = {}, uid = '' } = pod.metadata;
      const revision = labels['hostedsite.dev/release'] ?? '';
      if (!isGated(pod)) this.opened.set(revision, new Set([...(this.opened.get(revision) ?? []), uid]));
    }
  }

  /** Those of commands of releases. */
  pods(): Manifest[] {
    return this.world.cluster
      .list('Pod')
      .filter(({ metadata: { labels = {} } }) => labels['app.kubernetes.io/component'] === 'command')
      .filter(({ metadata: { labels = {} } }) => labels['hostedsite.dev/task'] === undefined);
  }

  /** How many pods have ever begun, of all releases. */
  get begun(): number {
    return [...this.opened.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get job(): Manifest | undefined {
    return this.world.cluster.get('Job', 'customer-a', 'shop-release');
  }

  /** `Succeeded`, of each revision, oldest first. */
  get records(): string[] {
    return this.#stored.map(({ metadata }) => metadata.annotations?.['hostedsite.dev/command'] ?? 'none');
  }

  /** Their names, the same. */
  get revisions(): string[] {
    return this.#stored.map(({ metadata }) => metadata.name);
  }

  get #stored(): Manifest[] {
    const all = [...this.world.cluster.list('ControllerRevision')];
    return all.sort((a, b) => Number(a['revision']) - Number(b['revision']));
  }

  /** The tag of the image that the Deployment runs. */
  get runs(): string | undefined {
    const spec = this.world.cluster.get('Deployment', 'customer-a', 'shop-web')?.['spec'] as
      { template: { spec: { containers: { image: string }[] } } } | undefined;
    return spec?.template.spec.containers[0]?.image.split(':')[1];
  }

  release(tag: number, spec: Partial<HostedSiteSpec> = {}): void {
    this.world.change({ image: `registry.example.org/shop:${tag}`, ...spec });
  }

  annotate(name: string, value: string): void {
    this.world.cluster.edit('HostedSite', 'customer-a', 'shop', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [name]: value };
    });
  }
}

export function phaseOf({ status }: Manifest): string | undefined {
  return (status as { phase?: string } | undefined)?.phase;
}

/** A name without what follows from content or from chance. */
function masked(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, '-HASH').replace(/-[0-9]{5}$/, '-POD');
}
