import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { tlsSecret } from './support/certificate.ts';
import {
  apply,
  clusterEnvironment,
  eventually,
  image,
  kubectl,
  namespace,
  request,
} from './support/cluster.ts';
import type { Answer } from './support/cluster.ts';
import { applyAndWait, condition, operator, site, stalledFor, wait } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** HTTPS with a certificate of the user's own, the way to a Gateway without a visitor noticing, and one host of two sites. */
describe('a route', function () {
  operator();
  const ns = namespace('story-route');
  const gateways = namespace('story-route-gateways');
  const other = namespace('story-route-other');
  const host = 'secure.example';
  let good = '';
  let ca = '';

  before(async () => {
    good = await image('node-example-1');
    ca = await tlsSecret('own', host, [ns, gateways]);
    const hosts = { hosts: [host], route: { tls: { secretName: 'own' } } };
    await applyAndWait(ns, smallSite('secure', good, hosts));
  });

  /** A visitor who trusts nobody but the site's own certificate. */
  const visit = (): Promise<Answer> => request(host, '/', { ca });

  it("serves HTTPS with the user's certificate, and says https", async () => {
    await eventually('HTTPS answers', 20, async () => ((await visit()).status === 200 ? true : undefined));
    assert.deepEqual((await site(ns, 'secure')).status?.urls, [`https://${host}/`]);
  });

  it('with a Secret that is not there, visitors get the certificate of the controller', async () => {
    await applyAndWait(
      ns,
      smallSite('without', good, { replicas: 0, route: { tls: { secretName: 'missing' } } }),
    );
    const port = Number((await clusterEnvironment())['HOSTEDSITE_HTTPS_PORT']);
    const name = await new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, servername: 'without.example', rejectUnauthorized: false };
      const socket = connect(options, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.once('error', reject);
    });
    assert.match(name, /TRAEFIK DEFAULT CERT/);
  });

  it('with a Secret that is not there says so where the operator can look, until it is there', async function () {
    this.timeout(150_000);
    // As a controller does that is told under which address visitors reach it; this one is not.
    const path = '{.status.addresses[?(@.type=="InternalIP")].address}';
    const ip = (await kubectl(['get', 'node', 'node1', '-o', `jsonpath=${path}`])).trim();
    const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip }] } } });
    await kubectl([
      'patch',
      'ingress',
      'without',
      '-n',
      ns,
      '--subresource=status',
      '--type=merge',
      '-p',
      status,
    ]);
    const told = await eventually('the missing Secret is told', 45, async () => {
      const found = condition(await site(ns, 'without'), 'RouteReady');
      return found?.reason === 'CertificateNotServed' ? found : undefined;
    });
    assert.match(
      told.message,
      /The Secret missing is missing, or .* kubectl create secret tls missing -n story-route/,
    );
    await tlsSecret('missing', 'without.example', [ns]);
    await wait(ns, 'without', 'RouteReady', 60);
  });

  it('goes to a Gateway of another namespace, and no visitor notices', async () => {
    const listener = { protocol: 'HTTPS', port: 8443, tls: { certificateRefs: [{ name: 'own' }] } };
    const allowedRoutes = { namespaces: { from: 'All' } };
    const listeners = [
      { name: 'https', ...listener, allowedRoutes },
      { name: 'http', protocol: 'HTTP', port: 8000, allowedRoutes },
    ];
    const apiVersion = 'gateway.networking.k8s.io/v1';
    const spec = { gatewayClassName: 'traefik', listeners };
    await apply(gateways, { apiVersion, kind: 'Gateway', metadata: { name: 'public' }, spec });
    const parentRefs = [{ name: 'public', namespace: gateways }];
    const answers: number[] = [];
    let isOver = false;
    const visits = (async () => {
      while (!isOver) answers.push((await visit()).status);
    })();
    try {
      await kubectl([
        ...['patch', 'hostedsite', 'secure', '-n', ns, '--type=merge', '-p'],
        JSON.stringify({ spec: { route: { tls: null, parentRefs } } }),
      ]);
      await wait(ns, 'secure', 'RouteReady', 40);
      await eventually('the Ingress is gone', 40, async () => {
        const left = await kubectl([
          'get',
          'ingress',
          '-n',
          ns,
          'secure',
          '--ignore-not-found',
          '-o',
          'name',
        ]);
        return left === '' ? true : undefined;
      });
      const before = answers.length;
      await eventually('visitors come by the Gateway alone', 20, () =>
        Promise.resolve(answers.length > before + 20 || undefined),
      );
    } finally {
      isOver = true;
      await visits;
    }
    assert.deepEqual(
      answers.filter((status) => status !== 200),
      [],
    );
    assert.equal((await request(host, '/')).status, 200);
    await wait(ns, 'secure', 'Ready', 40);
  });

  const routed = (route: object): Promise<string> =>
    kubectl([
      ...['patch', 'hostedsite', 'secure', '-n', ns, '--type=merge', '-p'],
      JSON.stringify({ spec: { route } }),
    ]);

  it('of a Gateway sends visitors of http to https, and those of https nowhere', async () => {
    await routed({ redirectToHTTPS: true });
    await eventually('http leads to https', 20, async () => {
      const { status, headers } = await request(host, '/where?a=1');
      return status === 301 && headers['location'] === `https://${host}/where?a=1` ? true : undefined;
    });
    assert.equal((await visit()).status, 200);
    await wait(ns, 'secure', 'Ready', 40);
    assert.deepEqual((await site(ns, 'secure')).status?.urls, [`https://${host}/`]);
  });

  it('of a Gateway leads to the maintenance page and back', async () => {
    await routed({ maintenance: { enabled: true } });
    await eventually('the page is shown', 40, async () =>
      (await visit()).status === 503 ? true : undefined,
    );
    await wait(ns, 'secure', 'Ready', 40);
    await routed({ maintenance: { enabled: false } });
    await eventually('the site is back', 40, async () => ((await visit()).status === 200 ? true : undefined));
  });

  it('says what is the matter with a Gateway that does not take it', async () => {
    const parentRefs = [{ name: 'public', namespace: gateways, sectionName: 'none' }];
    await apply(ns, smallSite('refused', good, { replicas: 0, route: { parentRefs } }));
    assert.match(await stalledFor(ns, 'refused', 'RouteRejected', 40), /public, listener none does not take/);
  });

  it('is for one site: a second one is refused, and has the host as soon as the first is gone', async () => {
    const twin = smallSite('twin', good, { hosts: [host], replicas: 0 });
    await apply(other, twin);
    const said = await stalledFor(other, 'twin', 'HostTaken');
    assert.match(said, /^The host secure\.example belongs to another site\./);
    assert.doesNotMatch(said, new RegExp(ns));
    await apply(ns, smallSite('beside', good, { hosts: [host], replicas: 0 }));
    const toNeighbour = await stalledFor(ns, 'beside', 'HostTaken');
    assert.match(toNeighbour, /^The host secure\.example belongs to the site secure\./);
    assert.equal((await visit()).status, 200, 'the first one serves on');
    await kubectl(['delete', 'hostedsite', 'beside', '-n', ns]);
    await kubectl(['delete', 'hostedsite', 'secure', '-n', ns]);
    await wait(other, 'twin', 'Ready', 40);
  });
});
