import type { z } from 'zod';
import {
  bytes,
  group,
  listBy,
  listOf,
  matches,
  numberOrText,
  objectKey,
  objectName,
  resources,
  text,
  urlPath,
  whole,
} from '../../api/fields.ts';

/** What `web` and `rollout` mean when nothing is written; `reconcile/resolve.ts` applies it. */
export const webDefaults = { scratchSize: '1Gi' } as const;
export const rolloutDefaults = {
  maxSurge: 1,
  maxUnavailable: 0,
  progressDeadlineSeconds: 600,
  terminationGracePeriodSeconds: 30,
} as const;

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
    healthPath: urlPath(
      "Path that answers with 2xx or 3xx as soon as the application serves; it should ask no database. Default: the preset's.",
    ).exactOptional(),
    resources: resources('each application container').exactOptional(),
    scratchSize: bytes(
      `Size of the writable space for temporary files; it ends with the pod. Bytes with a unit. Default: ${webDefaults.scratchSize}.`,
    ).exactOptional(),
  },
);

const podsOrPercent = {
  rule: "type(self) == int ? (self >= 0 && self <= 50) : string(self).matches(r'^(100|[1-9]?[0-9])%$')",
  message: 'write a number of pods from 0 to 50, or a percentage such as 25%',
};

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
      `How long a release may make no progress before it counts as failed. Seconds. Default: ${rolloutDefaults.progressDeadlineSeconds}.`,
      { min: 10, max: 86400 },
    ).exactOptional(),
    terminationGracePeriodSeconds: whole(
      `How long a pod may take to finish its requests when it is stopped. Seconds. Default: ${rolloutDefaults.terminationGracePeriodSeconds}.`,
      { min: 1, max: 3600 },
    ).exactOptional(),
  },
  [
    {
      rule:
        "!((self.?maxSurge.orValue(1) == 0 || self.?maxSurge.orValue(1) == '0%') && " +
        "(self.?maxUnavailable.orValue(0) == 0 || self.?maxUnavailable.orValue(0) == '0%'))",
      message:
        'write 1 or more for maxSurge or for maxUnavailable: with both at 0 no pod could ever be replaced',
    },
  ],
);

export type WebSpec = z.input<typeof webSpec>;
export type RolloutSpec = z.input<typeof rolloutSpec>;
