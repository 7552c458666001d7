import * as z from 'zod';
import { isCidr } from '../api/cidr.ts';

/** What the operator's configuration says of the cluster's network. */
const cidr = z.custom<string>((value) => typeof value === 'string' && isCidr(value), {
  error: 'write a range of addresses from its first one, such as 10.20.0.0/16 or 2001:db8::/32',
});
const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).exactOptional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).exactOptional(),
      }),
    )
    .exactOptional(),
});
const peer = z.union(
  [
    z.strictObject({ ipBlock: z.strictObject({ cidr, except: z.array(cidr).exactOptional() }) }),
    z.strictObject({ namespaceSelector: selector, podSelector: selector.exactOptional() }),
    z.strictObject({ podSelector: selector }),
  ],
  { error: 'write either ipBlock with a cidr, or namespaceSelector and podSelector or one of them' },
);
/** Lists without an item would mean everybody, or every port, to Kubernetes. */
const ends = z.strictObject({
  peers: z.array(peer).min(1),
  ports: z.array(z.int().min(1).max(65535)).min(1),
});

export const networkSettings = z.strictObject({
  enabled: z.boolean(),
  ingressControllers: ends,
  dns: ends,
  privateNetworks: z.array(cidr),
  forbiddenNetworks: z.array(cidr),
});

export type NetworkSettings = z.output<typeof networkSettings>;

/** Where ingress controllers and gateways are by the instructions of those who make them. */
const ingressNamespaces = [
  'contour',
  'envoy-gateway-system',
  'haproxy-controller',
  'ingress-nginx',
  'istio-ingress',
  'istio-system',
  'kong',
  'nginx-gateway',
  'nginx-ingress',
  'projectcontour',
  'traefik',
];

/** Of an operator that is told nothing else. */
export const defaultNetwork: NetworkSettings = {
  enabled: true,
  ingressControllers: {
    peers: [
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'In', values: ingressNamespaces },
          ],
        },
      },
      // K3s and RKE2 bring theirs among the parts of the cluster itself.
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: {
          matchExpressions: [
            { key: 'app.kubernetes.io/name', operator: 'In', values: ['rke2-ingress-nginx', 'traefik'] },
          ],
        },
      },
    ],
    // What their pods listen on for ports 80 and 443 of the world.
    ports: [80, 443, 8000, 8080, 8443, 10080, 10443],
  },
  dns: {
    peers: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
      // A cache on each node listens on this address and is no pod of the network: NodeLocal DNSCache.
      { ipBlock: { cidr: '169.254.20.10/32' } },
    ],
    ports: [53],
  },
  privateNetworks: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  // Addresses by which a machine asks its cloud who it is, and for its credentials.
  forbiddenNetworks: [
    '100.100.100.200/32',
    '127.0.0.0/8',
    '168.63.129.16/32',
    '169.254.0.0/16',
    '::1/128',
    'fd00:ec2::254/128',
    'fe80::/10',
  ],
};
