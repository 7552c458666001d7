import { described } from './described.ts';
import { hostedSiteStatus } from './hosted-site-status.ts';
import { hostedSiteNames, hostedSiteSpec } from './hosted-site.ts';
import { structuralRefusals } from './structural-refusals.ts';
import { structural } from './structural.ts';
import type { Structural } from './structural.ts';
import { unseenStatus } from './unseen-status.ts';

/** The API server keeps an object below 1.5 MiB, and `kubectl apply` its annotation below 256 KiB. */
export const largestCrd = 256_000;

/** The CustomResourceDefinition of HostedSite. Throws when the API server would refuse it, naming the field. */
export function customResourceDefinition() {
  const { group, version, kind, listKind, plural, singular, shortNames, categories } = hostedSiteNames;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind,
        plural,
        singular,
        shortNames: [...shortNames],
        categories: [...categories],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: rootSchema() },
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          additionalPrinterColumns: columns(),
        },
      ],
    },
  };
}

function rootSchema(): Structural {
  const spec = structural(hostedSiteSpec, 'spec');
  const status = structural(hostedSiteStatus, 'status');
  const refusals = [...structuralRefusals(spec, 'spec'), ...structuralRefusals(status, 'status')];
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  return {
    description: 'A hosted web site: application, cache, database, files and route.',
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: 'Version of this kind of object.', type: 'string' },
      kind: { description: 'Kind of this object.', type: 'string' },
      metadata: { type: 'object' },
      spec: described(spec, 'spec'),
      status: { ...status, default: unseenStatus },
    },
    'x-kubernetes-validations': nameRules,
  };
}

/** The name begins those of the site's objects, Services among them; the longest has 23 characters more. */
const nameRules = [
  {
    rule: 'size(self.metadata.name) <= 40',
    message: "metadata.name: write a name of at most 40 characters: the site's objects add to it",
  },
  {
    rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message:
      "metadata.name: write a name that begins with a letter: lower-case letters, digits and '-', with a letter or digit at its end",
  },
];

function columns() {
  const readyIs = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`;
  return [
    column('Preset', 'string', '.status.preset'),
    column('Ready', 'string', readyIs('status')),
    column('Available', 'string', '.status.conditions[?(@.type=="Available")].status'),
    column('Version', 'string', '.status.release.running.image'),
    column('URL', 'string', '.status.urls[0]'),
    column('Replicas', 'integer', '.status.replicas'),
    column('Status', 'string', readyIs('reason')),
    { ...column('Image', 'string', '.spec.image'), priority: 1 },
    { ...column('Primary', 'string', '.status.database.primary'), priority: 1 },
    { ...column('Message', 'string', readyIs('message')), priority: 1 },
    column('Age', 'date', '.metadata.creationTimestamp'),
  ];
}

function column(name: string, type: string, jsonPath: string) {
  return { name, type, jsonPath };
}
