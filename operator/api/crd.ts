import { described } from './described.ts';
import type { ApiKind } from './kind.ts';
import { structuralRefusals } from './structural-refusals.ts';
import { structural } from './structural.ts';
import type { Structural } from './structural.ts';

/** The API server keeps an object below 1.5 MiB, and `kubectl apply` its annotation below 256 KiB. */
export const largestCrd = 256_000;

/** The CustomResourceDefinition of a kind. Throws when the API server would refuse it, naming the field. */
export function customResourceDefinition(kind: ApiKind) {
  const { group, version, plural, singular, shortNames, categories } = kind.names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.names.kind,
        listKind: `${kind.names.kind}List`,
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
          schema: { openAPIV3Schema: rootSchema(kind) },
          subresources: { status: {}, ...(kind.scale === undefined ? {} : { scale: kind.scale }) },
          additionalPrinterColumns: kind.columns,
        },
      ],
    },
  };
}

function rootSchema(kind: ApiKind): Structural {
  const spec = structural(kind.spec, 'spec');
  const status = structural(kind.status, 'status');
  const refusals = [...structuralRefusals(spec, 'spec'), ...structuralRefusals(status, 'status')];
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  return {
    description: kind.description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: 'Version of this kind of object.', type: 'string' },
      kind: { description: 'Kind of this object.', type: 'string' },
      metadata: { type: 'object' },
      spec: described(spec, 'spec', kind.words),
      status: { ...status, default: kind.unseenStatus },
    },
    ...(kind.rules.length === 0 ? {} : { 'x-kubernetes-validations': [...kind.rules] }),
  };
}
