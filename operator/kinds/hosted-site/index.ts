import type { ApiKind } from '../../api/kind.ts';
import { columns } from './columns.ts';
import { conditions } from './conditions.ts';
import { events } from './events.ts';
import { besideExamples, fieldExamples } from './field-examples.ts';
import { hostedSiteNames, hostedSiteSpec } from './hosted-site.ts';
import { neighbours } from './neighbours.ts';
import { reasons } from './reasons.ts';
import { hostedSiteStatus } from './status.ts';
import { unseenStatus } from './unseen-status.ts';

export const hostedSite = {
  names: hostedSiteNames,
  description: 'A hosted web site: application, cache, database, files and route.',
  role: 'user',
  install:
    'kubectl apply --server-side -f crds/hostedsites.yaml, or upgrade the chart with crds.install: true',
  spec: hostedSiteSpec,
  status: hostedSiteStatus,
  unseenStatus,
  // The name begins those of the site's objects, Services among them; the longest has 23 characters more.
  rules: [
    {
      rule: 'size(self.metadata.name) <= 40',
      message: "metadata.name: write a name of at most 40 characters: the site's objects add to it",
    },
    {
      rule: "self.metadata.name.matches(r'^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        "metadata.name: write a name that begins with a letter: lower-case letters, digits and '-', with a letter or digit at its end",
    },
  ],
  scale: {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  },
  columns,
  words: {
    examples: fieldExamples,
    besideExamples,
    neighbours,
    samples: {
      array: ['spec.hosts'],
      object: ['spec.database'],
      string: ['spec.web.env[].value', 'spec.cache.ttl'],
      integer: ['spec.replicas'],
      boolean: ['spec.suspend'],
    },
  },
  defaults:
    '"By size" means the table of sizes in the operator\'s configuration, "the preset\'s" the preset that the site names.',
  conditions,
  reasons,
  events,
} as const satisfies ApiKind;
