import type * as z from 'zod';
import {
  bytes,
  configMapFiles,
  duration,
  escaped,
  generatedName,
  group,
  implied,
  listBy,
  listOf,
  longerThanNothing,
  matches,
  notLess,
  numberOrText,
  objectKey,
  objectName,
  resources,
  setOf,
  text,
  urlPath,
  whole,
  written,
} from '../../api/fields.ts';

/** What `web` and `rollout` mean when nothing is written; `resolve.ts` applies it. */
export const webDefaults = { scratchSize: '1Gi', startupSeconds: 120 } as const;
/** A number and a unit, which `resolve.ts` reads. */
export const defaultIdleTimeout = '1h';
export const rolloutDefaults = {
  maxSurge: 1,
  maxUnavailable: 0,
  progressDeadlineSeconds: 600,
  terminationGracePeriodSeconds: 30,
} as const;

/** A release is not given up while its pod may still start. */
const afterStartup = 300;

export function progressDeadline(startupSeconds: number): number {
  return Math.max(rolloutDefaults.progressDeadlineSeconds, startupSeconds + afterStartup);
}

/** CEL, of the whole spec. */
export const startupRule = {
  rule:
    '!has(self.web) || !has(self.web.startupSeconds) || !has(self.rollout) || !has(self.rollout.progressDeadlineSeconds) || ' +
    'self.web.startupSeconds < self.rollout.progressDeadlineSeconds',
  message:
    'write more for progressDeadlineSeconds than for web.startupSeconds, or leave it out: a release would count as failed while its application may still start',
  fieldPath: '.rollout.progressDeadlineSeconds',
};

export const autoscalingDefaults = { targetCPUUtilizationPercentage: 70 } as const;

function keyOf(kind: string) {
  return group(`A key of a ${kind} in the site's namespace. Default: none.`, {
    name: objectName(`Name of the ${kind}.`),
    key: objectKey(`Key in the ${kind}.`),
  });
}

function allOf(kind: string) {
  return group(`A ${kind} in the site's namespace, each of its keys a variable. Default: none.`, {
    name: objectName(`Name of the ${kind}.`),
  });
}

const variable = group(
  'An environment variable of the application.',
  {
    name: text('Name of the variable.', {
      max: 256,
      rules: [
        matches(
          '[-._a-zA-Z][-._a-zA-Z0-9]*',
          "write a variable's name: letters, digits, '_', '-' and '.', not beginning with a digit",
        ),
      ],
    }),
    value: text('Its value. Default: none, then valueFrom says where it is.', { max: 32768 }).exactOptional(),
    valueFrom: group(
      'Where the value is. Default: none, then value holds it.',
      {
        secretKeyRef: keyOf('Secret').exactOptional(),
        configMapKeyRef: keyOf('ConfigMap').exactOptional(),
      },
      [
        {
          rule: 'has(self.secretKeyRef) != has(self.configMapKeyRef)',
          message: 'write either secretKeyRef or configMapKeyRef',
        },
      ],
    ).exactOptional(),
  },
  [{ rule: 'has(self.value) != has(self.valueFrom)', message: 'write either value or valueFrom' }],
);

const source = group(
  'Where more environment variables come from.',
  { secretRef: allOf('Secret').exactOptional(), configMapRef: allOf('ConfigMap').exactOptional() },
  [
    {
      rule: 'has(self.secretRef) != has(self.configMapRef)',
      message: 'write either secretRef or configMapRef in each entry',
    },
  ],
);

const disk = `resources.limits.${escaped('ephemeral-storage')}`;

function above(amount: string): string {
  return notLess(`self.${disk}`, amount);
}

export const webSpec = group(
  "The application: the container that runs the site's image. Default: as the preset says.",
  {
    port: whole("Port that the application listens on. Default: the preset's.", {
      min: 1,
      max: 65535,
      rules: [
        {
          rule: 'self != 6081',
          message:
            'let the application listen on another port: 6081 is the port of the cache in the same pod',
        },
      ],
    }).exactOptional(),
    command: listOf(
      text('A word of the command.', { max: 4096 }),
      "Command that starts the application. Default: the image's entry point.",
      { max: 64 },
    ).exactOptional(),
    args: listOf(text('An argument.', { max: 4096 }), "Arguments of the command. Default: the image's.", {
      max: 64,
    }).exactOptional(),
    env: listBy('name', variable, "Environment variables, besides the preset's own. Default: none.", {
      max: 128,
    }).exactOptional(),
    envFrom: listOf(
      source,
      'Secrets and ConfigMaps whose keys all become environment variables. Default: none.',
      { max: 32 },
    ).exactOptional(),
    generatedEnv: setOf(
      generatedName('Name of the variable.'),
      'Environment variables with a random value of 256 bits each, as 43 letters, digits, - and _: keys for sessions and tokens. A value is made once, in a Secret of its own, and kept: a name that is removed and written again finds it. Default: none.',
      { max: 32 },
    ).exactOptional(),
    configFiles: listBy(
      'mountPath',
      configMapFiles({
        name: objectName('Name of the ConfigMap.'),
        key: objectKey('Key in the ConfigMap.'),
      }),
      'Files with the content of ConfigMaps, 1 MiB in all. It is read when a release begins and stays that of the release: a later change of the ConfigMap takes effect with the next one, and a release that is gone back to has what it had. Default: none.',
      { max: 16 },
    ).exactOptional(),
    healthPath: urlPath(
      "Path that answers with 2xx or 3xx as soon as the application serves; it should ask no database. Default: the preset's.",
    ).exactOptional(),
    startupSeconds: whole(
      'How long the application may take after its start until `healthPath` answers; then it is ended and started again. ' +
        `With more than ${rolloutDefaults.progressDeadlineSeconds - afterStartup} a release may take as much longer until it counts as failed. ` +
        `Seconds. Default: ${webDefaults.startupSeconds}.`,
      { min: 10, max: 3600 },
    ).exactOptional(),
    idleTimeout: duration(
      'How long a connection may be silent that stays open: a WebSocket, an event stream, a download. Then the cache ends it; the ingress controller may end it earlier. ' +
        `A number and s, m or h. Default: ${defaultIdleTimeout}.`,
      [longerThanNothing],
    ).exactOptional(),
    resources: resources('each application container').exactOptional(),
    scratchSize: bytes(
      `Size of the writable space for temporary files; it ends with the pod. Bytes with a unit. Default: ${webDefaults.scratchSize}.`,
    ).exactOptional(),
  },
  [
    {
      rule: implied(
        [written('self', disk)],
        `(has(self.scratchSize) ? ${above('self.scratchSize')} : ${above(`'${webDefaults.scratchSize}'`)})`,
      ),
      message: `write a limit of ephemeral-storage that is not below scratchSize (${webDefaults.scratchSize} unless written)`,
      fieldPath: '.resources',
    },
  ],
);

const podsOrPercent = {
  rule: "type(self) == int ? (self >= 0 && self <= 50) : string(self).matches(r'^(100|[1-9]?[0-9])%$')",
  message: 'write a number of pods from 0 to 50, or a percentage such as 25%',
};

/** CEL. */
function inForce(field: 'maxSurge' | 'maxUnavailable'): string {
  return `self.?${field}.orValue(${rolloutDefaults[field]})`;
}

export const rolloutSpec = group(
  'How a new release replaces the old one. Default: one more pod at a time, none less.',
  {
    maxSurge: numberOrText(
      `Pods above \`replicas\` while a release rolls out: a number or a percentage. Default: ${rolloutDefaults.maxSurge}.`,
      [podsOrPercent],
    ).exactOptional(),
    maxUnavailable: numberOrText(
      `Pods below \`replicas\` while a release rolls out: a number or a percentage. Default: ${rolloutDefaults.maxUnavailable}.`,
      [podsOrPercent],
    ).exactOptional(),
    progressDeadlineSeconds: whole(
      `How long a release may make no progress before it counts as failed. Seconds. Default: ${rolloutDefaults.progressDeadlineSeconds}, or web.startupSeconds and ${afterStartup} more if that is longer.`,
      { min: 10, max: 86400 },
    ).exactOptional(),
    terminationGracePeriodSeconds: whole(
      `How long a pod may take to end when it is stopped, Varnish and application together. For two thirds of it, at most 10 seconds, it serves on until gateways send no more visitors: with less than 6 some may see an error during a release. Seconds. Default: ${rolloutDefaults.terminationGracePeriodSeconds}.`,
      { min: 1, max: 3600 },
    ).exactOptional(),
  },
  [
    {
      rule:
        `!((${inForce('maxSurge')} == 0 || ${inForce('maxSurge')} == '0%') && ` +
        `(${inForce('maxUnavailable')} == 0 || ${inForce('maxUnavailable')} == '0%'))`,
      message:
        'write 1 or more for maxSurge or for maxUnavailable: with both at 0 no pod could ever be replaced',
    },
  ],
);

export const autoscalingSpec = group(
  'As many pods as the load asks for, by a HorizontalPodAutoscaler; the cluster needs the metrics API. One of your own is for the HostedSite: on its Deployment it would be undone each time. Default: none, replicas says how many.',
  {
    minReplicas: whole('At least so many pods. Default: as replicas by size, at most maxReplicas.', {
      min: 1,
      max: 50,
    }).exactOptional(),
    maxReplicas: whole('At most so many pods.', { min: 1, max: 50 }),
    targetCPUUtilizationPercentage: whole(
      "Processor time that the pods should use on average, as a percentage of what all containers of a pod request, the cache's included. " +
        `Default: ${autoscalingDefaults.targetCPUUtilizationPercentage}.`,
      { min: 1, max: 1000 },
    ).exactOptional(),
  },
  [
    {
      rule: '!has(self.minReplicas) || self.minReplicas <= self.maxReplicas',
      message: 'write a maxReplicas that is not below minReplicas',
      fieldPath: '.maxReplicas',
    },
  ],
);

/** RFC 3339, with days that its month has. */
const time =
  '[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-9]))' +
  'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])';

export const boostSpec = group(
  'More pods for a while, then as many as before. One that is over changes nothing. Default: none.',
  {
    replicas: whole(
      'At least so many pods until endTime; with autoscaling it raises minReplicas, and maxReplicas where that is lower.',
      { min: 1, max: 50 },
    ),
    endTime: text('Until when. A time of RFC 3339 in the future.', {
      max: 40,
      rules: [
        matches(time, 'write a time with its zone as 2026-12-01T18:00:00Z or 2026-12-01T18:00:00+01:00'),
      ],
    }),
  },
);

export type WebSpec = z.input<typeof webSpec>;
export type AutoscalingSpec = z.input<typeof autoscalingSpec>;
export type RolloutSpec = z.input<typeof rolloutSpec>;
