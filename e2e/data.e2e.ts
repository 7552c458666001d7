import assert from 'node:assert/strict';
import { apply, eventually, kubectl, namespace, request } from './support/cluster.ts';
import { operator, stalledFor, wait } from './support/site.ts';
import { administrator, logIn, wordpressSite } from './support/wordpress.ts';

const host = 'exported.example';

interface Exported {
  kind: string;
  metadata: Record<string, unknown> & { name: string };
  spec?: Record<string, unknown>;
}

/** A backup by hand, into a namespace that is made anew: its Secrets are known to nobody. */
describe('a site that comes back from exported objects', function () {
  this.timeout(300_000);
  operator();
  const ns = namespace('story-data');
  let exported: Exported[] = [];
  let password = '';

  before(async () => {
    await apply(ns, await wordpressSite('exported', host));
    await wait(ns, 'exported', 'Ready', 200);
    ({ password } = await administrator(ns, 'exported'));
    const selector = 'app.kubernetes.io/managed-by=hostedsite,app.kubernetes.io/instance=exported';
    const text = await kubectl(['get', 'pvc,secrets', '-n', ns, '-l', selector, '-o', 'json']);
    exported = (JSON.parse(text) as { items: Exported[] }).items.map(bare);
    await kubectl(['delete', 'namespace', ns, '--wait', '--timeout=120s']);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns, labels } });
    await apply(ns, ...exported);
  });

  it('says what to do about its Secrets', async () => {
    await apply(ns, await wordpressSite('exported', host));
    const message = await stalledFor(ns, 'exported', 'NameTaken');
    assert.match(
      message,
      /kubectl annotate --overwrite hostedsite exported hostedsite\.dev\/adopt=Secret\/exported-/,
    );
  });

  it('comes up with them when it names them', async () => {
    const secrets = exported.filter(({ kind }) => kind === 'Secret');
    const names = secrets.map(({ metadata }) => `Secret/${metadata.name}`).join(',');
    await kubectl(['annotate', 'hostedsite', 'exported', '-n', ns, `hostedsite.dev/adopt=${names}`]);
    await wait(ns, 'exported', 'Ready', 200);
    assert.equal((await administrator(ns, 'exported')).password, password);
    await eventually('the ingress controller has heard of it', 20, async () =>
      (await request(host, '/')).status === 200 ? true : undefined,
    );
    assert.ok(await logIn(host, 'admin', password));
  });
});

/** As the page on data says; a claim's volume is made anew here, because nothing has saved it. */
function bare({ metadata, ...object }: Exported): Exported {
  const { name, labels, annotations } = metadata;
  const own = Object.entries((annotations ?? {}) as Record<string, string>).filter(
    ([key]) => !/kubernetes\.io\/(bind|bound|storage|selected)/.test(key),
  );
  const { volumeName: _, ...spec } = object.spec ?? {};
  const whole = { ...object, metadata: { name, labels, annotations: Object.fromEntries(own) } };
  return object.spec === undefined ? whole : { ...whole, spec };
}
