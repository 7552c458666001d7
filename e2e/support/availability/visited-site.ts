import { apply, eventually, image, kubectl } from '../cluster.ts';
import { hostedSite, takenUp, wait } from '../site.ts';

/** A small site with the product's defaults: what happens to it, and when that is over. */
export interface VisitedSite {
  readonly host: string;
  /** A field of the spec, by its path; empty when it is not written. */
  wanted(path: string): Promise<string>;
  /** Changes fields of the spec, as a merge patch. */
  change(spec: object): Promise<void>;
  scale(replicas: number): Promise<void>;
  /** Ready for the newest spec, and no pod is on its way out any more. */
  settled(): Promise<void>;
  /** Name, UID and restarts of each pod. */
  pods(): Promise<string[]>;
  deletePod(name: string): Promise<void>;
}

/** At `NAME.example`; serves when this returns. It remembers orders on a volume. */
export async function visitedSite(
  namespace: string,
  name: string,
  spec: Record<string, unknown> = {},
): Promise<VisitedSite> {
  const made = visited(namespace, name);
  const small = {
    image: await image('node-example-1'),
    hosts: [made.host],
    files: { size: '20Mi', accessMode: 'ReadWriteMany' },
    web: { healthPath: '/healthz' },
  };
  await apply(namespace, hostedSite(name, { ...small, ...spec }));
  await made.settled();
  await takenUp(made.host);
  return made;
}

function visited(namespace: string, name: string): VisitedSite {
  const inNamespace = ['-n', namespace];
  const pods = async (): Promise<string[]> => {
    const path =
      'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
    const selector = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=web`;
    const text = await kubectl(['get', 'pods', ...inNamespace, '-l', selector, '-o', path]);
    return text.split('\n').filter((line) => line !== '');
  };
  const replicas = async (): Promise<number> =>
    Number(await kubectl(['get', 'hostedsite', name, ...inNamespace, '-o', 'jsonpath={.status.replicas}']));
  return {
    host: `${name}.example`,
    pods,
    wanted: (path) => kubectl(['get', 'hostedsite', name, ...inNamespace, '-o', `jsonpath={.spec.${path}}`]),
    change: async (spec) => {
      const patch = JSON.stringify({ spec });
      await kubectl(['patch', 'hostedsite', name, ...inNamespace, '--type=merge', '-p', patch]);
    },
    scale: async (wanted) => {
      await kubectl(['scale', 'hostedsite', name, ...inNamespace, `--replicas=${wanted}`]);
    },
    settled: async () => {
      await wait(namespace, name, 'Ready');
      await eventually('no pod is on its way out', 60, async () =>
        (await pods()).length === (await replicas()) ? true : undefined,
      );
    },
    deletePod: async (pod) => {
      await kubectl(['delete', 'pod', pod, ...inNamespace]);
    },
  };
}
