import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiRequest } from '../../../operator/kube/client/api-client.ts';
import { run, until } from '../../cluster/command.ts';
import { checkout } from '../../cluster/instance.ts';
import { ControlPlane } from '../../control-plane/control-plane.ts';
import { Started } from '../../support/started.ts';
import { Audit } from './audit.ts';
import type { Write } from './audit.ts';
import { OperatorPod } from './operator-pod.ts';
import { Relay } from './relay.ts';
import { readYAML } from '../../../operator/api/yaml.ts';

export const operatorNamespace = 'operator';
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${operatorNamespace}/leases/operator`;
const bundle = join(checkout, 'dist/operator');

let starting: Promise<unknown> = Promise.resolve();

/** Every stage of this process. Stories run on in the background when a test has failed: the end of this ends them all. */
export const stages = new Started();

/** Builds the program that goes into the operator's image. */
export async function build(): Promise<void> {
  await run(process.execPath, [join(checkout, 'tools/bundle.ts')], { cwd: checkout });
}

/** An API server of its own with the operator's processes before it, each with an account and a relay of its own. */
export class Stage {
  readonly plane: ControlPlane;
  readonly pods: OperatorPod[] = [];
  readonly #audit: Audit;
  readonly #program: string;
  #stopped: Promise<void> | undefined;

  private constructor(plane: ControlPlane) {
    this.plane = plane;
    this.#audit = new Audit(plane.auditLog);
    const directory = join(plane.directory, 'operator');
    this.#program = join(directory, 'operator.mjs');
    // The checkout's one may be built anew meanwhile.
    cpSync(bundle, directory, { recursive: true });
  }

  /** One after the other, so that many that are wanted at once do not starve each other. */
  static start(): Promise<Stage> {
    const begun = starting.then(() => stages.run((over) => Stage.#begin(over)));
    starting = begun.catch(() => undefined);
    return begun;
  }

  static async #begin(over: AbortSignal): Promise<Stage> {
    const stage = new Stage(await ControlPlane.start({ controllers: false, audit: true, over }));
    try {
      await stage.#furnish();
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  /** Sends a request with all rights; the answer is JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every kind
  ask(method: ApiRequest['method'], path: string, body?: unknown): Promise<any> {
    const contentType = method === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {};
    return this.plane.client.request({ method, path, body, idempotent: false, ...contentType });
  }

  /** Starts one more operator; `plain`: it speaks HTTP to its relay, which can then tell watches from requests. */
  async operator({ plain = false } = {}): Promise<OperatorPod> {
    const name = `operator-${this.pods.length + 1}`;
    const accounts = `/api/v1/namespaces/${operatorNamespace}/serviceaccounts`;
    await this.ask('POST', accounts, { metadata: { name } });
    const granted = await this.ask('POST', `${accounts}/${name}/token`, {
      spec: { expirationSeconds: 7_200 },
    });
    const { tls } = await this.plane.admin();
    const { ca = '' } = tls;
    const { server, directory } = this.plane;
    const relay = await Relay.start(plain ? { server, ca } : { server });
    const token = (granted as { status: { token: string } }).status.token;
    const place = { directory, program: this.#program, namespace: operatorNamespace };
    const pod = await OperatorPod.start({ ...place, name, relay, ca, token });
    this.pods.push(pod);
    if (this.#stopped !== undefined) await pod.stop();
    return pod;
  }

  /** Several operators that are ready, one of them leading. */
  async operators(count: number, options: { plain?: boolean } = {}): Promise<void> {
    const pods = [];
    for (let at = 0; at < count; at += 1) pods.push(await this.operator(options));
    await Promise.all(pods.map((pod) => this.ready(pod, 60)));
    await until('an operator leads', 30, () => this.leader());
  }

  async ready(pod: OperatorPod, seconds: number): Promise<void> {
    let text: string | undefined;
    const done = until(`${pod.name} is ready`, seconds, async () => {
      const answer = await pod.readiness();
      text = answer?.text;
      return answer?.status === 200 ? true : undefined;
    });
    await done.catch((error: unknown) => {
      throw new Error(`${String(error)}: ${text}; ${JSON.stringify(pod.log.slice(-5))}`);
    });
  }

  /** Whom the Lease names. */
  async leader(): Promise<OperatorPod | undefined> {
    const lease = (await this.ask('GET', leasePath)) as { spec: { holderIdentity?: string } };
    const holder = lease.spec.holderIdentity?.split('_')[0];
    return this.pods.find(({ name }) => name === holder);
  }

  /** What the operators have written so far, in the order in which it was answered. */
  writes(): Write[] {
    const names = new Set(this.pods.map(({ name }) => name));
    return this.#audit.writes().filter(({ who }) => names.has(who));
  }

  /** The first write by another process than `pod` after a point in time (milliseconds since the epoch). */
  successor(pod: OperatorPod, since: number, seconds: number): Promise<Write> {
    const isNext = ({ who, receivedAt }: Write): boolean => who !== pod.name && receivedAt > since;
    return this.#writeThat(isNext, `somebody else than ${pod.name} writes`, seconds);
  }

  /** The first write by anybody after a point in time (milliseconds since the epoch). */
  writer(since: number, seconds: number): Promise<Write> {
    return this.#writeThat(({ receivedAt }) => receivedAt > since, 'somebody writes', seconds);
  }

  /** May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.stop()));
    await this.plane.stop();
  }

  #writeThat(isIt: (write: Write) => boolean, what: string, seconds: number): Promise<Write> {
    return until(what, seconds, () => Promise.resolve(this.writes().find(isIt)));
  }

  async #furnish(): Promise<void> {
    const definition = readYAML(readFileSync(join(checkout, 'crds/hostedsites.yaml'), 'utf8')) as {
      metadata: { name: string };
    };
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await this.ask('POST', definitions, definition);
    for (const name of [operatorNamespace, 'sites'])
      await this.ask('POST', '/api/v1/namespaces', { metadata: { name } });
    await this.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'operators' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'Group', name: `system:serviceaccounts:${operatorNamespace}` }],
    });
    const isDefault = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    await this.ask('POST', '/apis/networking.k8s.io/v1/ingressclasses', {
      metadata: { name: 'gateway', annotations: isDefault },
      spec: { controller: 'example.org/gateway' },
    });
    await until('the kind HostedSite is served', 30, async () => {
      await this.ask('GET', '/apis/hostedsite.dev/v1alpha1/hostedsites');
      return true;
    });
  }
}
