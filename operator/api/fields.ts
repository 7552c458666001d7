import { amount, cores } from './quantity.ts';
import { group, numberOrText, text } from './schema.ts';
import type { Rule } from './schema.ts';

export { group, listBy, listOf, numberOrText, oneOf, setOf, text, whole, yesOrNo } from './schema.ts';
export { configMapFiles, generatedName, mountPath, subPath } from './file-words.ts';
export { cidr, labels } from './network-words.ts';
export type { Rule } from './schema.ts';

/** Values that several parts of a site are written with. Their texts end up in VCL, URLs and command lines: the patterns are strict. */

const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

export function matches(pattern: string, message: string): Rule {
  return { rule: `self.matches(r'^${pattern}$')`, message };
}

/** Name of another object in the site's own namespace. */
export function objectName(description: string) {
  return text(description, {
    max: 253,
    rules: [
      matches(
        `${label}([.]${label})*`,
        "write the object's name: lower-case letters, digits, '-' and '.', and a letter or digit at both ends",
      ),
    ],
  });
}

export function objectKey(description: string) {
  return text(description, {
    max: 253,
    rules: [matches('[-._a-zA-Z0-9]+', "write the key's name: letters, digits, '-', '_' and '.'")],
  });
}

export function host(description: string) {
  return text(description, {
    max: 253,
    rules: [
      {
        rule: "!self.contains('://')",
        message: 'write the host alone, without a scheme: www.example.org',
      },
      {
        rule: "self.contains('://') || !self.contains('/')",
        message: 'write the host alone, without a path: www.example.org',
      },
      {
        rule: "self.contains('://') || !self.contains(':')",
        message: 'write the host alone, without a port: www.example.org',
      },
      {
        rule: "!self.startsWith('*')",
        message: 'name each host by itself: a wildcard is not accepted',
      },
      {
        rule: "!self.matches(r'^[0-9.]+$')",
        message: 'write a host name: an IP address is not accepted',
      },
      {
        rule: `self.matches(r'[:/]') || self.startsWith('*') || self.matches(r'^${label}([.]${label})*$')`,
        message:
          "write a host name in lower case: letters, digits and '-' in parts of at most 63 characters, " +
          'separated by dots; international names in their xn-- form',
      },
    ],
  });
}

export function imageReference(description: string) {
  const part = '[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*';
  const registry = '[a-zA-Z0-9][-a-zA-Z0-9.]*(:[0-9]{1,5})?/';
  return text(description, {
    max: 512,
    rules: [
      {
        rule: "!self.contains('://')",
        message: 'write the image without a scheme: registry.example.org/shop:1.4.2',
      },
      { rule: "!self.matches(r'\\s')", message: 'write the image without spaces or line breaks' },
      {
        rule:
          "self.contains('://') || self.matches(r'\\s') || " +
          `self.matches(r'^(${registry})?${part}(/${part})*(:[a-zA-Z0-9_][-a-zA-Z0-9_.]{0,127})?(@sha256:[a-f0-9]{64})?$')`,
        message:
          'write an image as registry.example.org/shop:1.4.2 or registry.example.org/shop@sha256:…, its name in lower case',
      },
    ],
  });
}

/** Memory or disk: a number with a unit of bytes. */
export function bytes(description: string, rules: readonly Rule[] = []) {
  return text(description, {
    max: 20,
    rules: [
      matches(amount, 'write a number with a unit of bytes, such as 512Mi or 10Gi'),
      {
        rule: `!self.matches(r'^${amount}$') || quantity(self).isGreaterThan(quantity('0'))`,
        message: 'write more than zero',
      },
      ...rules,
    ],
  });
}

/** At least so much: `64Mi`. Silent about texts that are no amounts, which have their own message. */
export function atLeast(least: string): Rule {
  return {
    rule: `!self.matches(r'^${amount}$') || quantity(self).compareTo(quantity('${least}')) >= 0`,
    message: `write ${least} or more`,
  };
}

/** At most so much: `64Gi`. Silent about texts that are no amounts, which have their own message. */
export function atMost(most: string): Rule {
  return {
    rule: `!self.matches(r'^${amount}$') || quantity(self).compareTo(quantity('${most}')) <= 0`,
    message: `write ${most} or less`,
  };
}

/** A time such as `90s`, `10m` or `72h`. `api/duration.ts` reads it. There is room for words, which only the rule can answer. */
export function duration(description: string, rules: readonly Rule[] = []) {
  return text(description, {
    max: 32,
    rules: [matches('[0-9]{1,5}[smh]', 'write a number and one unit, s, m or h: 90s, 10m, 72h'), ...rules],
  });
}

/** A time that is over at once would be none. */
export const longerThanNothing: Rule = {
  rule: "!self.matches(r'^0+[smh]$')",
  message: 'write a time that is longer than nothing: 90s, 10m, 72h',
};

/** A path of the site. Ends up in VCL and in probes. */
export function urlPath(description: string) {
  return text(description, {
    max: 512,
    rules: [
      matches(
        '/[-a-zA-Z0-9/._~%+@:,]*',
        "write a path that begins with '/', of letters, digits and - / . _ ~ % + @ : , (other characters as %XX)",
      ),
    ],
  });
}

export function storageClassName(what: string) {
  return objectName(
    `Name of the StorageClass of ${what}. Cannot change later. Default: the cluster's default StorageClass.`,
  );
}

export function resources(what: string) {
  const cpu = (whose: string) =>
    numberOrText(`${whose} Cores; 500m is half a core. Default: by size.`, [
      {
        rule: `string(self).matches(r'^${cores}$')`,
        message: 'write cores such as 2, 0.5 or 500m',
      },
      {
        rule: `!string(self).matches(r'^${cores}$') || quantity(string(self)).isGreaterThan(quantity('0'))`,
        message: 'write more than zero',
      },
    ]);
  const memory = (whose: string) => bytes(`${whose} Bytes with a unit, such as 512Mi. Default: by size.`);
  const disk = (whose: string) => bytes(`${whose} Bytes with a unit, such as 1Gi. Default: by size.`);
  return group(
    `Processor, memory and disk of ${what}, instead of those that \`size\` gives. Default: by size.`,
    {
      requests: group('What is set aside on a node. Default: by size.', {
        cpu: cpu('Processor time that is set aside.').exactOptional(),
        memory: memory('Memory that is set aside.').exactOptional(),
        'ephemeral-storage': disk(
          "The node's disk that is set aside, for temporary files and the log.",
        ).exactOptional(),
      }).exactOptional(),
      limits: group('What may be used at most. Default: by size.', {
        cpu: cpu('Processor time at most.').exactOptional(),
        memory: memory('Memory at most; beyond it the container is killed and restarted.').exactOptional(),
        'ephemeral-storage': disk(
          "The node's disk at most, for temporary files and the log; beyond it the pod is ended.",
        ).exactOptional(),
      }).exactOptional(),
    },
    [notBelowRequest('cpu'), notBelowRequest('memory'), notBelowRequest('ephemeral-storage')],
  );
}

/**
 * The same in an entry of a list, where rules would cost more than the API server allows: what is written is judged by
 * `components/pod/resources.ts`.
 */
export function entryResources(what: string, otherwise: string) {
  const parts = (whose: string) => ({
    cpu: numberOrText(
      `Processor time ${whose}. Cores; 500m is half a core. Default: ${otherwise}.`,
      [],
    ).exactOptional(),
    memory: text(`Memory ${whose}. Bytes with a unit, such as 512Mi. Default: ${otherwise}.`, {
      max: 20,
    }).exactOptional(),
    'ephemeral-storage': text(
      `The node's disk ${whose}, for temporary files and the log. Bytes with a unit, such as 1Gi. Default: ${otherwise}.`,
      { max: 20 },
    ).exactOptional(),
  });
  return group(`Processor, memory and disk of ${what}. Default: ${otherwise}.`, {
    requests: group(
      `What is set aside on a node. Default: ${otherwise}.`,
      parts('that is set aside'),
    ).exactOptional(),
    limits: group(`What may be used at most. Default: ${otherwise}.`, parts('at most')).exactOptional(),
  });
}

function notBelowRequest(name: 'cpu' | 'memory' | 'ephemeral-storage'): Rule {
  const field = escaped(name);
  // of a processor's amount CEL knows the type only at run time; `string` around a text would lose its bound
  const [request, limit] = ['requests', 'limits'].map((side) =>
    name === 'cpu' ? `string(self.${side}.${field})` : `self.${side}.${field}`,
  ) as [string, string];
  return {
    rule: implied(
      [written('self', `requests.${field}`), written('self', `limits.${field}`)],
      notLess(limit, request),
    ),
    message: `write a limit of ${name} that is not below its request`,
    fieldPath: '.limits',
  };
}

/** A field's name as CEL takes it. */
export function escaped(name: string): string {
  return name.replaceAll('-', '__dash__');
}

/** A volume's size, once written: it may grow, and may not be left out. `where` (CEL) limits the updates that are judged. */
export function onlyGrows(path: string, where?: string): Rule {
  const [before, after] = [`oldSelf.${path}`, `self.${path}`];
  return {
    rule: implied(
      [where, written('oldSelf', path)],
      `(${written('self', path)} && (${notLess(after, before)}))`,
    ),
    message: 'a volume can only grow: write the old size or more',
    fieldPath: `.${path}`,
  };
}

/** CEL. Silent about texts that are no quantities: they have a message of their own. */
export function notLess(amount: string, least: string): string {
  return `!isQuantity(${amount}) || !isQuantity(${least}) || quantity(${amount}).compareTo(quantity(${least})) >= 0`;
}

/** A choice that cannot change, as written or as left out. */
export function fixed(path: string, message: string, { leftOut = '', where }: Choice = {}): Rule {
  const choice = (of: string) => `(${written(of, path)} ? ${of}.${path} : '${leftOut}')`;
  return {
    rule: implied([where], `${choice('self')} == ${choice('oldSelf')}`),
    message,
    fieldPath: `.${path}`,
  };
}

interface Choice {
  /** What it means when it is not written. */
  leftOut?: string;
  /** CEL: the updates that are judged. */
  where?: string;
}

export function implied(conditions: readonly (string | undefined)[], consequence: string): string {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? consequence : `!(${given.join(' && ')}) || ${consequence}`;
}

/** CEL: whether a field is there, and everything above it. */
export function written(of: string, path: string): string {
  const names = path.split('.');
  return names.map((_, at) => `has(${[of, ...names.slice(0, at + 1)].join('.')})`).join(' && ');
}
