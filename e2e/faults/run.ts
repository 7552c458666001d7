import { setTimeout as pause } from 'node:timers/promises';
import { cachedKinds } from '../../operator/kinds/resources.ts';
import { until } from '../cluster/command.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { differenceFrom, endState } from './end-state.ts';
import type { EndState } from './end-state.ts';
import type { Trace } from './families.ts';
import { Incarnation } from './incarnation.ts';
import { moreOften } from './lifecycle.ts';
import { Observer } from './observer.ts';
import type { Plan } from './plan.ts';
import { Wire } from './proxy-wire.ts';
import { Proxy, inWords, planResource } from './proxy.ts';
import type { Recorded } from './proxy.ts';
import { type Right, needed } from './rights.ts';
import { inShort } from './run-told.ts';
import { Succession } from './run-succession.ts';
import { converged } from './scenarios-converged.ts';
import type { Stage, Step } from './scenarios-steps.ts';
import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

/** What runs share: one control plane, with its world. */
export interface Rig {
  readonly plane: ControlPlane;
  readonly world: World;
  /** Names the run's namespaces; never the same twice. */
  readonly name: () => string;
  /** Gives the operator of a namespace the chart's rights; returns who it is, and how to take them back. */
  readonly grant: (operatorNamespace: string) => Promise<{ user: string; revoke: () => Promise<void> }>;
}

/** What a run without faults shows, and every other run of the scenario must equal. */
export interface Reference {
  readonly trace: Trace;
  readonly end: EndState;
  readonly lifecycle: Observer['lifecycle'];
  readonly milliseconds: number;
  /** Rights that all of it took. */
  readonly needs: readonly Right[];
}

export interface Verdict extends Reference {
  readonly hit: boolean;
  readonly failures: readonly string[];
}

/** Milliseconds. A run without faults takes about one second alone; one may have to wait for deadlines and back-off. */
const patience = 45_000;
/** So long the operator writes nothing when all is done. */
const quiet = 300;
/** Pods may go on changing for a moment after the wanted state is reached, and the status follows them. */
const restless = 10_000;
/** The longest time without sight: most changes are made within some milliseconds. */
const blindFor = 500;

/** Plays a plan in namespaces of its own, and asks every oracle. */
export async function play(
  rig: Rig,
  scenario: Scenario,
  plan: Plan,
  reference?: Reference,
): Promise<Verdict> {
  const run = await Run.begin(rig, scenario, plan);
  try {
    return await run.verdict(reference);
  } finally {
    await run.end();
  }
}

class Run {
  readonly #rig: Rig;
  readonly #scenario: Scenario;
  readonly #plan: Plan;
  readonly #proxy: Proxy;
  readonly #observer: Observer;
  readonly #stage: Stage;
  readonly #revoke: () => Promise<void>;
  /** Of those that are to be stopped. */
  readonly #wire: Wire | undefined;
  readonly #failures: string[] = [];
  readonly #past: Incarnation[] = [];
  #incarnation: Incarnation;
  #succession: Succession | undefined;

  private constructor(rig: Rig, scenario: Scenario, plan: Plan, parts: Parts) {
    this.#rig = rig;
    this.#scenario = scenario;
    this.#plan = plan;
    this.#proxy = parts.proxy;
    this.#observer = parts.observer;
    this.#revoke = parts.revoke;
    this.#wire = parts.wire;
    const { namespace, operatorNamespace } = parts;
    this.#stage = { namespace, operatorNamespace, client: rig.plane.client, feed: rig.world.feed, patience };
    this.#incarnation = this.#born(1);
    this.#proxy.onKill(() => this.#reborn());
    this.#proxy.onStop(() => this.#succeeded());
    this.#proxy.onWrite((write) => this.#succession?.written(write));
  }

  static async begin(rig: Rig, scenario: Scenario, plan: Plan): Promise<Run> {
    const namespace = rig.name();
    const operatorNamespace = `${namespace}-operator`;
    for (const name of [namespace, operatorNamespace]) {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      await rig.plane.client.request({ method: 'POST', path: '/api/v1/namespaces', body, idempotent: false });
    }
    const { user, revoke } = await rig.grant(operatorNamespace);
    const proxy = await Proxy.start({ plane: rig.plane, namespace, operatorNamespace, as: user });
    const observer = Observer.start({ feed: rig.world.feed, namespace, operatorNamespace });
    const isToStop = plan.faults.some(({ on }) => on === 'stop');
    const wire = isToStop ? await Wire.start(proxy.port) : undefined;
    return new Run(rig, scenario, plan, { namespace, operatorNamespace, proxy, observer, revoke, wire });
  }

  async verdict(reference?: Reference): Promise<Verdict> {
    const { prepare = [] } = this.#scenario;
    await this.#attempt('the preparation', () => this.#take(prepare));
    await this.#attempt('rest before the change', () => this.#incarnation.rested(0));
    await this.#proxy.arm(this.#plan.faults);
    this.#observer.arm();
    const startedAt = performance.now();
    await this.#attempt('the change', () => this.#act());
    const milliseconds = performance.now() - startedAt;
    const trace = this.#trace();
    const hit = this.#plan.faults.length === 0 || this.#proxy.hits > 0;
    this.#proxy.disarm();
    const lifecycle = await this.#quiet();
    await this.#quietAfterRestart();
    const end = await endState(this.#rig.plane, this.#stage.namespace, this.#stage.operatorNamespace);
    this.#failures.push(...this.#observer.violations);
    this.#failures.push(...(this.#succession?.violations(this.#proxy.requests) ?? []));
    if (reference !== undefined) {
      this.#failures.push(
        ...differenceFrom(reference.end, end, this.#scenario).map((line) => `end state: ${line}`),
      );
      this.#failures.push(...moreOften(lifecycle, reference.lifecycle, this.#scenario));
    }
    const needs = needed(this.#proxy.requests);
    return { hit, trace, milliseconds, end, lifecycle, needs, failures: this.#told() };
  }

  async end(): Promise<void> {
    this.#proxy.reincarnate();
    await this.#wire?.stop();
    await Promise.all([this.#incarnation, ...this.#past].map((one) => one.stop()));
    await this.#proxy.stop();
    this.#observer.stop();
    await this.#revoke();
  }

  async #act(): Promise<void> {
    const isBlind = this.#plan.faults.some(({ on }) => on === 'blind');
    const steps = this.#take(this.#scenario.act);
    // A step that waits for the operator would wait for ever while that sees nothing.
    if (isBlind) await Promise.race([steps, pause(blindFor)]).then(() => this.#proxy.see());
    await steps;
    await this.#wanted();
    if (this.#succession === undefined) return;
    await this.#incarnation.rested(this.#passes);
    await this.#succession.finish();
  }

  async #wanted(): Promise<void> {
    const { namespace, operatorNamespace, feed } = this.#stage;
    const wanted = (): true | undefined => (converged(this.#stage, this.#scenario) ? true : undefined);
    await feed.until([namespace, operatorNamespace], 'the wanted state', wanted, { milliseconds: patience });
  }

  async #take(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await step.take(this.#stage);
  }

  /** O2, first half: work comes to an end. Returns what was made and deleted until then. */
  async #quiet(): Promise<Observer['lifecycle']> {
    await this.#attempt('rest after the change', async () => {
      const sees = (): true | undefined => (this.#proxy.watching >= cachedKinds.length ? true : undefined);
      await until('all watches are open again', 30, () => Promise.resolve(sees()));
      const { writes } = this.#proxy;
      for (let before = -1, end = performance.now() + restless; before !== this.#changes.length;) {
        if (performance.now() > end)
          throw new Error(`no end of writing: ${inWords(this.#changes.slice(writes.length))}`);
        before = this.#changes.length;
        await pause(quiet);
        // It was so before the change was felt, and Kubernetes' controllers may take longer than the pause.
        await this.#wanted();
        // A pass that is under way writes yet.
        await this.#incarnation.rested(0);
      }
    });
    return new Map(this.#observer.lifecycle);
  }

  /** O2, second half: an operator that knows nothing looks at everything and finds nothing to do. */
  async #quietAfterRestart(): Promise<void> {
    const before = this.#changes.length;
    const told = this.#statuses();
    this.#reborn();
    await this.#attempt('rest after a restart', () => this.#incarnation.rested(this.#passes));
    const written = this.#changes.slice(before);
    if (written.length === 0) return;
    const statuses = `status before: ${told}; after: ${this.#statuses()}`;
    this.#failures.push(`written after a restart without any change: ${inWords(written)}; ${statuses}`);
  }

  #statuses(): string {
    return JSON.stringify(
      this.#stage.feed.list('HostedSite', this.#stage.namespace).map((one) => one.status),
    );
  }

  /** What somebody who begins to lead at the end has to look at, at least. */
  get #passes(): number {
    return this.#scenario.final === 'Gone' ? 0 : 1;
  }

  /** Writes that the API server did not refuse: a refused one asks again whether a name is free. */
  get #changes(): Recorded[] {
    return this.#proxy.writes.filter(({ upstream }) => upstream < 300);
  }

  #trace(): Trace {
    const armed = this.#proxy.requests.filter((one) => one.armed);
    const writes = armed
      .filter(({ verb, resource }) => !reading.has(verb) && resource !== 'leases' && resource !== 'events')
      .map((write) => ({ verb: write.verb, resource: planResource(write) }));
    return { scenario: this.#scenario.name, writes, events: new Map(this.#proxy.events) };
  }

  #born(number: number, lease = number): Incarnation {
    const { operatorNamespace } = this.#stage;
    const { access } = this.#proxy;
    const { speed = 1 } = this.#plan;
    const through = this.#succession === undefined ? (this.#wire?.through(access) ?? access) : access;
    const { resolvesTags: resolveTags = false } = this.#scenario;
    const born = new Incarnation({ access: through, operatorNamespace, number, lease, speed, resolveTags });
    // As a pod is started again when its process ends.
    void born.end.then((end) => {
      if (end === 'failed') this.#failures.push(`the operator ended: ${born.complaints.join(' ')}`);
      if (end !== 'stopped' && born === this.#incarnation) this.#reborn();
    });
    return born;
  }

  #reborn(): void {
    const dead = this.#incarnation;
    this.#past.push(dead);
    this.#proxy.reincarnate();
    void dead.stop();
    this.#incarnation = this.#born(this.#past.length + 1);
  }

  /** Another one takes over from the one that lives now, which is stopped. */
  #succeeded(): void {
    const old = this.#incarnation;
    const fault = this.#plan.faults.find(({ on }) => on === 'stop');
    if (fault?.on !== 'stop' || this.#wire === undefined) throw new Error('the plan stops nobody');
    this.#succession = new Succession(old, this.#wire, fault.thaw);
    this.#past.push(old);
    this.#proxy.beside();
    this.#incarnation = this.#born(this.#past.length + 1, old.number);
    const following = this.#succession.follow(this.#incarnation);
    void this.#attempt('succession', () => following);
  }

  /** With the status of then: what is waited for in vain is told there, or nowhere. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const sites = this.#stage.feed.list('HostedSite', this.#stage.namespace);
      this.#failures.push(`${what}: ${why}; status: ${inShort(sites)}`);
    }
  }

  /** With what the operator complained about, when something is wrong. */
  #told(): string[] {
    if (this.#failures.length === 0) return [];
    const complaints = [...this.#past, this.#incarnation].flatMap((one) => one.complaints.slice(-5));
    return [...this.#failures, ...complaints.map((line) => `  the operator said: ${line}`)];
  }
}

interface Parts {
  readonly namespace: string;
  readonly operatorNamespace: string;
  readonly proxy: Proxy;
  readonly observer: Observer;
  readonly revoke: () => Promise<void>;
  readonly wire: Wire | undefined;
}

const reading: ReadonlySet<string> = new Set(['get', 'list', 'watch']);
