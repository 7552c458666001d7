import type * as z from 'zod';
import { releaseSpec } from '../../components/application/spec.ts';
import { cacheSpec, cookieRules } from '../../components/cache/spec.ts';
import { cronSpec } from '../../components/cron/spec.ts';
import { databaseSpec } from '../../components/database/spec.ts';
import { filesRules, filesSpec } from '../../components/files/spec.ts';
import { egressSpec } from '../../components/network/spec.ts';
import { objectCacheSpec } from '../../components/object-cache/spec.ts';
import { routeSpec } from '../../components/route/spec.ts';
import { autoscalingSpec, boostSpec, rolloutSpec, startupRule, webSpec } from '../../components/web/spec.ts';
import { workersSpec } from '../../components/workers/spec.ts';
import {
  duration,
  group,
  host,
  imageReference,
  listBy,
  longerThanNothing,
  objectName,
  oneOf,
  setOf,
  whole,
  yesOrNo,
} from '../../api/fields.ts';
import type { HostedSiteStatus } from './status.ts';

export type { HostedSiteCondition, HostedSiteStatus } from './status.ts';

/** The names under which the cluster knows a HostedSite. */
export const hostedSiteNames = {
  group: 'hostedsite.dev',
  version: 'v1alpha1',
  apiVersion: 'hostedsite.dev/v1alpha1',
  kind: 'HostedSite',
  plural: 'hostedsites',
  singular: 'hostedsite',
  shortNames: ['hs', 'site', 'sites'],
  categories: ['hosting'],
} as const;

/** What the spec means when nothing is written; `sites/resolve.ts` and those of the components apply it. Replicas go by size. */
export const specDefaults = {
  preset: 'Generic',
  environment: 'Production',
  size: 'Small',
  suspend: false,
  deletionPolicy: 'Retain',
} as const;

/** CEL, of a spec. */
const presetOf = (spec: string) => `${spec}.?preset.orValue('${specDefaults.preset}')`;

/** Presets that keep uploads on disk even when `files` is not written. */
const keepsFiles = (spec: string) => `(has(${spec}.files) || ${presetOf(spec)} == 'WordPress')`;

export const hostedSiteSpec = group(
  'What the site should be.',
  {
    image: imageReference(
      "The site's image: the application, without cache and database. A tag is resolved when a release begins, where the operator's configuration says so: the release then runs that content wherever the tag moves.",
    ),
    imagePullSecrets: listBy(
      'name',
      group("A Secret with the registry's credentials.", {
        name: objectName("Name of a Secret of type kubernetes.io/dockerconfigjson in the site's namespace."),
      }),
      "Secrets with the registry's credentials, when the registry asks for them. Default: none.",
      { max: 16 },
    ).exactOptional(),
    preset: oneOf(
      ['Generic', 'WordPress'],
      `What kind of application the image holds: its port, health path, cookies, writable paths and environment. Default: ${specDefaults.preset}.`,
    ).exactOptional(),
    hosts: setOf(host('A host name.'), 'Host names of the site; the first is its own name in links.', {
      max: 64,
      rules: [{ rule: 'size(self) > 0', message: 'write at least one host, for example www.example.org' }],
    }),
    environment: oneOf(
      ['Production', 'Staging', 'Development'],
      `What the site is for; the application is told. Default: ${specDefaults.environment}.`,
    ).exactOptional(),
    size: oneOf(
      ['Small', 'Medium', 'Large'],
      "Replicas, processor, memory and disk of every part in one word; the operator's configuration has the table. " +
        `A field that is written beside it counts instead. Default: ${specDefaults.size}.`,
    ).exactOptional(),
    replicas: whole(
      'Number of pods that serve the site; the scale subresource sets it. 0 switches the site off. Not beside autoscaling, which sets it; ' +
        'when autoscaling is taken away, the number stays until one is written here. Default: by size.',
      { min: 0, max: 50 },
    ).exactOptional(),
    autoscaling: autoscalingSpec.exactOptional(),
    boost: boostSpec.exactOptional(),
    suspend: yesOrNo(
      `While true the operator changes nothing of the site but holds its cron jobs; no command of a release begins, and new tasks are refused. It serves on and its status is kept up. Default: ${specDefaults.suspend}.`,
    ).exactOptional(),
    deletionPolicy: oneOf(
      ['Retain', 'Delete'],
      'What becomes of volumes and credentials when the site is deleted. Retain: they stay, and a site of the same name finds them again. ' +
        `Delete: they are deleted. Default: ${specDefaults.deletionPolicy}.`,
    ).exactOptional(),
    ttl: duration(
      'How long the site lives, from its creation or from the last change of its spec or release, whichever is later: then it deletes itself with its data. ' +
        'Only beside deletionPolicy: Delete, and not in Production. An Event tells it an hour before, and status.expiry when. Default: none, it stays.',
      [longerThanNothing],
    ).exactOptional(),
    web: webSpec.exactOptional(),
    rollout: rolloutSpec.exactOptional(),
    release: releaseSpec.exactOptional(),
    cache: cacheSpec.exactOptional(),
    objectCache: objectCacheSpec.exactOptional(),
    database: databaseSpec.exactOptional(),
    files: filesSpec.exactOptional(),
    route: routeSpec.exactOptional(),
    egress: egressSpec.exactOptional(),
    cron: cronSpec.exactOptional(),
    workers: workersSpec.exactOptional(),
  },
  [
    {
      rule: `${presetOf('self')} != 'WordPress' || has(self.database)`,
      message: 'preset WordPress needs a database: add database: {engine: MariaDB}',
      fieldPath: '.database',
    },
    {
      rule: `${presetOf('self')} != 'WordPress' || self.?objectCache.engine.orValue('Valkey') == 'Valkey'`,
      message: 'write engine Valkey: preset WordPress works with no other object cache',
      fieldPath: '.objectCache.engine',
    },
    {
      rule: '!has(self.autoscaling) || !has(self.replicas) || self.replicas == 0',
      message:
        'autoscaling sets the number of pods: leave replicas out and write autoscaling.minReplicas, or remove autoscaling; replicas: 0 switches the site off',
      fieldPath: '.replicas',
    },
    {
      rule: "!has(self.ttl) || self.?deletionPolicy.orValue('') == 'Delete'",
      message:
        'write deletionPolicy: Delete beside ttl, which deletes the site with its data; or remove ttl, and it stays',
      fieldPath: '.ttl',
    },
    {
      rule: `!has(self.ttl) || self.?environment.orValue('${specDefaults.environment}') != 'Production'`,
      message:
        'write environment: Staging or environment: Development beside ttl, or remove ttl: a site for Production, the default, does not delete itself',
      fieldPath: '.ttl',
    },
    startupRule,
    ...cookieRules(presetOf('self')),
    ...filesRules(`${keepsFiles('oldSelf')} && ${keepsFiles('self')}`),
  ],
);

/** What a user writes. */
export type HostedSiteSpec = z.input<typeof hostedSiteSpec>;

/** A HostedSite as the API server hands it over. */
export type HostedSite = {
  apiVersion: string;
  kind: string;
  metadata: HostedSiteMetadata;
  spec: HostedSiteSpec;
  status?: HostedSiteStatus;
};

export type HostedSiteMetadata = {
  name: string;
  namespace: string;
  uid: string;
  generation: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
};
