import assert from 'node:assert/strict';
import { ConfigError, config } from './config.ts';
import { defaultHosts } from './sites/hosts/host-settings.ts';
import { defaultNetwork } from './sites/network-settings.ts';
import { defaultSizes } from './components/sizes.ts';

const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
const needed = {
  POD_NAMESPACE: 'hosting',
  IMAGE_VARNISH: 'registry.example.org/varnish:1',
  IMAGE_MARIADB: 'registry.example.org/mariadb:1',
  IMAGE_OBJECT_CACHE: 'registry.example.org/object-cache:1',
  KUBERNETES_SERVICE_HOST: '10.96.0.1',
};

function withSizes(text: string) {
  return config({ ...needed, SIZES: '/etc/sizes.yaml' }, () => text).sizes;
}

describe('config', () => {
  it('needs five variables in a pod', () => {
    const { identity, ...rest } = config({ ...needed, POD_NAME: 'operator-0' });
    assert.match(identity, /^operator-0_[0-9a-f]{8}$/);
    assert.deepEqual(rest, {
      namespace: 'hosting',
      watchNamespaces: undefined,
      leaseName: 'hostedsite-operator',
      logLevel: 'info',
      httpPort: 8080,
      images: {
        varnish: needed.IMAGE_VARNISH,
        mariadb: needed.IMAGE_MARIADB,
        objectCache: needed.IMAGE_OBJECT_CACHE,
        resolveTags: false,
      },
      sizes: defaultSizes,
      network: defaultNetwork,
      hosts: defaultHosts,
      trustedProxies: [],
      verifyTLS: false,
      api: { from: 'pod', host: '10.96.0.1', port: '443', directory },
    });
  });

  it('takes namespaces between commas, each once', () => {
    const limited = (WATCH_NAMESPACES: string) => config({ ...needed, WATCH_NAMESPACES }).watchNamespaces;
    assert.deepEqual(limited('shop-a, shop-b,shop-a'), ['shop-a', 'shop-b']);
    for (const wrong of ['shop-a,', 'Shop', 'a/b', '*', ','])
      assert.throws(
        () => limited(wrong),
        /WATCH_NAMESPACES must be names of namespaces such as shop-a,shop-b\./,
      );
  });

  it('takes what is written', () => {
    const written = {
      LEASE_NAME: 'other',
      LOG_LEVEL: 'debug',
      HTTP_PORT: '9090',
      KUBERNETES_SERVICE_PORT: '6443',
      RESOLVE_TAGS: 'true',
      VERIFY_TLS: 'true',
      TRUSTED_PROXIES: '203.0.113.0/24, 2001:db8::/32',
      HOSTS_RELEASE_AFTER: '90m',
      HOSTS_PER_NAMESPACE: '200',
      SITES_PER_NAMESPACE: '20',
    };
    const { hosts } = config({ ...needed, ...written });
    assert.deepEqual(hosts, { releaseAfterSeconds: 5400, hostsPerNamespace: 200, sitesPerNamespace: 20 });
    const { leaseName, logLevel, httpPort, images, trustedProxies, verifyTLS, api } = config({
      ...needed,
      ...written,
    });
    assert.deepEqual([leaseName, logLevel, httpPort], ['other', 'debug', 9090]);
    assert.deepEqual([images.resolveTags, verifyTLS], [true, true]);
    assert.deepEqual(trustedProxies, ['203.0.113.0/24', '2001:db8::/32']);
    assert.deepEqual(api, { from: 'pod', host: '10.96.0.1', port: '6443', directory });
  });

  it('prefers a kubeconfig that is named', () => {
    assert.deepEqual(config({ ...needed, KUBECONFIG: '/home/me/config' }).api, {
      from: 'kubeconfig',
      path: '/home/me/config',
    });
  });

  it('is another one after each start', () =>
    assert.notEqual(config(needed).identity, config(needed).identity));

  it('cannot be changed', () => {
    const frozen = config(needed);
    assert.ok(Object.isFrozen(frozen) && Object.isFrozen(frozen.images));
  });

  const faults: { title: string; environment: Record<string, string>; says: RegExp }[] = [
    {
      title: 'no namespace',
      environment: { ...needed, POD_NAMESPACE: '' },
      says: /^POD_NAMESPACE is not set: it names the operator's own namespace\.$/,
    },
    {
      title: 'nothing at all',
      environment: {},
      says: /POD_NAMESPACE is not set.*IMAGE_VARNISH is not set.*IMAGE_MARIADB is not set/,
    },
    {
      title: 'an unknown level',
      environment: { ...needed, LOG_LEVEL: 'loud' },
      says: /^LOG_LEVEL must be error, warn, info or debug\.$/,
    },
    {
      title: 'a word for a port',
      environment: { ...needed, HTTP_PORT: 'http' },
      says: /^HTTP_PORT must be a port number\.$/,
    },
    {
      title: 'a port that does not exist',
      environment: { ...needed, HTTP_PORT: '70000' },
      says: /^HTTP_PORT must be/,
    },
    {
      title: 'a time in days',
      environment: { ...needed, HOSTS_RELEASE_AFTER: '7d' },
      says: /^HOSTS_RELEASE_AFTER must be a time such as 168h, or 0s\.$/,
    },
    {
      title: 'a limit below none',
      environment: { ...needed, SITES_PER_NAMESPACE: '-1' },
      says: /^SITES_PER_NAMESPACE must be a whole number; 0 is no limit\.$/,
    },
    {
      title: 'every visitor as a proxy',
      environment: { ...needed, TRUSTED_PROXIES: '10.0.0.0/8,0.0.0.0/0' },
      says: /^TRUSTED_PROXIES must be ranges of addresses such as .*, and not all addresses\.$/,
    },
    {
      title: 'a name as a proxy',
      environment: { ...needed, TRUSTED_PROXIES: 'cdn.example.org' },
      says: /^TRUSTED_PROXIES must be ranges of addresses/,
    },
    {
      title: 'no API server',
      environment: { ...needed, KUBERNETES_SERVICE_HOST: '' },
      says: /name a kubeconfig file in KUBECONFIG/,
    },
    {
      title: 'a table that is not there',
      environment: { ...needed, SIZES: '/nowhere/sizes.yaml' },
      says: /\/nowhere\/sizes\.yaml \(SIZES\) cannot be read/,
    },
  ];
  for (const { title, environment, says } of faults) {
    it(`says what is wrong: ${title}`, () => {
      assert.throws(
        () => config(environment),
        (error) => error instanceof ConfigError && says.test(error.message),
      );
    });
  }
});

describe('the table of sizes', () => {
  it('names only what differs', () => {
    const sizes = withSizes('Small: {web: {resources: {limits: {memory: 1Gi}}}, database: {storage: 5Gi}}');
    assert.equal(sizes.Small.web.resources.limits['memory'], '1Gi');
    assert.equal(sizes.Small.web.resources.limits['cpu'], defaultSizes.Small.web.resources.limits['cpu']);
    assert.equal(sizes.Small.database.storage, '5Gi');
    assert.deepEqual(sizes.Large, defaultSizes.Large);
  });

  it('may be JSON, or empty', () => {
    assert.equal(withSizes('{"Medium": {"replicas": 4}}').Medium.replicas, 4);
    assert.deepEqual(withSizes(''), defaultSizes);
  });

  const faults: [string, RegExp][] = [
    ['Small: {replicas: 0}', /Small\.replicas/],
    ['Small: {cache: {memory: lots}}', /Small\.cache\.memory/],
    ['Huge: {}', /Huge/],
    ['Small: {database: {disk: 1Gi}}', /Small\.database/],
    ['Small: [', /cannot be read/],
    ['Small', /is wrong/],
  ];
  for (const [text, says] of faults) {
    it(`refuses ${text}`, () => assert.throws(() => withSizes(text), says));
  }
});

describe('the description of the network', () => {
  const withNetwork = (text: string) =>
    config({ ...needed, NETWORK: '/etc/network.yaml' }, () => text).network;

  it('names only what differs, and a list as a whole', () => {
    const network = withNetwork('{privateNetworks: [172.20.0.0/16], dns: {ports: [5353]}}');
    assert.deepEqual(network, {
      ...defaultNetwork,
      privateNetworks: ['172.20.0.0/16'],
      dns: { ...defaultNetwork.dns, ports: [5353] },
    });
  });

  it('may switch policies off', () => assert.equal(withNetwork('enabled: false').enabled, false));

  const faults: [text: string, says: RegExp][] = [
    ['{ingressControllers: {peers: []}}', /ingressControllers\.peers: /],
    ['{dns: {ports: []}}', /dns\.ports: /],
    ['{dns: {peers: [{}]}}', /dns\.peers\.0: write either ipBlock with a cidr, or/],
    [
      '{dns: {peers: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}}',
      /dns\.peers\.0: write either ipBlock with a cidr, or/,
    ],
    ['{dns: {peers: [{namespaceSelectors: {}}]}}', /dns\.peers\.0: write either/],
    ['{dns: {peers: [{ipBlock: {cidr: 10.0.0.1}}]}}', /dns\.peers\.0: write either/],
    ['{privateNetworks: [10.0.0.1/8]}', /privateNetworks\.0: write a range of addresses from its first one/],
    ['{forbiddenNetworks: [metadata]}', /forbiddenNetworks\.0: write a range/],
    ['{enabled: maybe}', /enabled: /],
    ['- a list', /\/etc\/network\.yaml \(NETWORK\) is wrong/],
  ];
  for (const [text, says] of faults) {
    it(`refuses ${text}`, () => assert.throws(() => withNetwork(text), says));
  }
});
