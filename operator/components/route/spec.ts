import type * as z from 'zod';
import { cidr, group, listOf, matches, objectName, setOf, text, yesOrNo } from '../../api/fields.ts';

/** What the fields mean when they are left out; `resolve.ts` applies it. */
export const issuerDefaults = { kind: 'Issuer', group: 'cert-manager.io' } as const;

const namespaceName = matches(
  '[a-z0-9]([-a-z0-9]*[a-z0-9])?',
  "write a namespace's name: lower-case letters, digits and '-'",
);
const kindName = matches('[A-Z][A-Za-z0-9]*', "write a kind as kubectl explain shows it, such as 'Issuer'");
const groupName = matches(
  '[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+',
  'write an API group, such as cert-manager.io',
);

const parentRef = group('A Gateway, or one of its listeners.', {
  name: objectName('Name of the Gateway.'),
  namespace: text("Namespace of the Gateway. Default: the site's own.", {
    max: 63,
    rules: [namespaceName],
  }).exactOptional(),
  sectionName: objectName('Name of one listener. Default: every listener that fits.').exactOptional(),
});

/** CEL, in which `namespace` is a reserved word. Without optional values: what comparing those costs has no bound. */
const sameNamespace =
  'has(a.__namespace__) == has(b.__namespace__) && (!has(a.__namespace__) || a.__namespace__ == b.__namespace__)';
const sameListener = '!has(a.sectionName) || !has(b.sectionName) || a.sectionName == b.sectionName';

const parentRefs = listOf(
  parentRef,
  'Gateways that publish the hosts by an HTTPRoute of the Gateway API, instead of an Ingress. ' +
    'A Gateway says itself from which namespaces it takes routes. Default: none, an Ingress publishes them.',
  {
    max: 8,
    rules: [
      {
        rule: 'size(self) > 0',
        message: 'name at least one Gateway, or leave parentRefs out for an Ingress',
      },
      {
        rule: `self.all(a, self.exists_one(b, a.name == b.name && ${sameNamespace} && (${sameListener})))`,
        message: 'name each Gateway once; one that is named again needs another sectionName each time',
      },
    ],
  },
);

const issuerRef = group(
  'The issuer that cert-manager asks for a certificate of all hosts. Default: none, secretName is used.',
  {
    name: objectName('Name of the issuer.'),
    kind: text(`Issuer, ClusterIssuer, or a kind of the named group. Default: ${issuerDefaults.kind}.`, {
      max: 63,
      rules: [kindName],
    }).exactOptional(),
    group: text(`API group of the issuer. Default: ${issuerDefaults.group}.`, {
      max: 253,
      rules: [groupName],
    }).exactOptional(),
  },
  [
    {
      rule:
        `self.?group.orValue('${issuerDefaults.group}') != '${issuerDefaults.group}' || ` +
        `self.?kind.orValue('${issuerDefaults.kind}') in ['Issuer', 'ClusterIssuer']`,
      message: 'write Issuer or ClusterIssuer, or the group of the other kind',
      fieldPath: '.kind',
    },
  ],
);

const tls = group(
  'The certificate for HTTPS. Default: none, the hosts are published over plain HTTP.',
  {
    secretName: objectName(
      "Name of a Secret of type kubernetes.io/tls in the site's namespace, with a certificate for all hosts. Default: none, the issuer's is used.",
    ).exactOptional(),
    issuerRef: issuerRef.exactOptional(),
  },
  [
    {
      rule: 'has(self.secretName) != has(self.issuerRef)',
      message:
        'write either secretName, for a certificate that you have, or issuerRef, for one that is issued',
    },
  ],
);

/** What the edge does when nothing is written; `resolve.ts` applies it. */
export const routeDefaults = {
  redirectToHTTPS: false,
  redirectToCanonicalHost: false,
  maintenance: { enabled: false, allowFrom: [] },
} as const;

const maintenance = group(
  'A page that says that the site is being worked on (503), for everybody but those who are let through. ' +
    'It does not need the application. Default: none.',
  {
    enabled: yesOrNo(
      `While true, visitors get that page. No pod of the site is restarted for it. Default: ${routeDefaults.maintenance.enabled}.`,
    ).exactOptional(),
    allowFrom: setOf(
      cidr('A range of addresses, IPv4 or IPv6.'),
      'Ranges of addresses (CIDR) whose visitors see the site all the same; the address is the one that trustedProxies leave, or that the ingress controller sees. Default: nobody.',
      { max: 64 },
    ).exactOptional(),
  },
);

export const routeSpec = group(
  "How visitors reach the site. Default: an Ingress of the cluster's default class.",
  {
    ingressClassName: objectName(
      "Name of the IngressClass that publishes the hosts. Default: the cluster's default IngressClass.",
    ).exactOptional(),
    parentRefs: parentRefs.exactOptional(),
    tls: tls.exactOptional(),
    redirectToHTTPS: yesOrNo(
      'Whether visitors who come over http are sent to the same address over https. ' +
        `The ingress controller must serve https and say in X-Forwarded-Proto how a visitor came. Default: ${routeDefaults.redirectToHTTPS}.`,
    ).exactOptional(),
    redirectToCanonicalHost: yesOrNo(
      `Whether visitors of the other hosts are sent to the first one, to the same path. Default: ${routeDefaults.redirectToCanonicalHost}.`,
    ).exactOptional(),
    trustedProxies: setOf(
      cidr('A range of addresses, IPv4 or IPv6.', [
        {
          rule: "!self.endsWith('/0')",
          message:
            'write the ranges of your proxies: with all addresses, every visitor could write who he is',
        },
      ]),
      'Ranges of addresses (CIDR) of proxies between visitors and the ingress controller, such as a CDN or a load balancer. ' +
        'What they write into X-Forwarded-For is believed, so visitors behind them are known by their own addresses. ' +
        "The ingress controller must pass the header on. Default: those of the operator's configuration, which has none by itself.",
      { max: 64 },
    ).exactOptional(),
    maintenance: maintenance.exactOptional(),
  },
  [
    {
      rule: '!has(self.parentRefs) || !has(self.ingressClassName)',
      message:
        'write either ingressClassName, for an Ingress, or parentRefs, for an HTTPRoute of the Gateway API',
    },
    {
      rule: '!has(self.parentRefs) || !has(self.tls)',
      message: 'leave out tls beside parentRefs: the listener of the Gateway has the certificate',
    },
  ],
);

export type RouteSpec = z.input<typeof routeSpec>;
