import { group, listBy, text } from './schema.ts';
import type { Rule } from './schema.ts';

/** A part of a path; neither `.` nor `..` is one. */
const part = '([-_a-zA-Z0-9]|[.][-_a-zA-Z0-9])[-_.a-zA-Z0-9]*';
const relative: Rule = {
  rule: `self.matches(r'^${part}(/${part})*$')`,
  message:
    "write a path below the root of the volume or ConfigMap, such as themes/own: letters, digits, '-', '_' and '.', no '..', and no '/' at either end",
};

/** A place in the container. */
export function mountPath(description: string) {
  return text(description, {
    max: 256,
    rules: [
      {
        rule: `self.matches(r'^(/${part})+$')`,
        message:
          "write an absolute path below /, such as /srv/data: letters, digits, '-', '_' and '.', no '..', and no '/' at the end",
      },
    ],
  });
}

/** A place in a volume. */
export function subPath(description: string) {
  return text(description, { max: 256, rules: [relative] });
}

interface Names {
  name: ReturnType<typeof text>;
  key: ReturnType<typeof text>;
}

/** Files of a ConfigMap, in the words of Kubernetes' volumes. */
export function configMapFiles({ name, key }: Names) {
  return group('The keys of a ConfigMap as files in every pod of the site.', {
    configMap: group("The ConfigMap, in the site's namespace.", {
      name,
      items: listBy(
        'key',
        group('A key, and the file that it becomes.', {
          key,
          path: subPath('The file, as a path below mountPath.'),
        }),
        'The keys that are wanted, and their files. Default: every key, as a file of its name.',
        { max: 32 },
      ).exactOptional(),
    }),
    mountPath: mountPath(
      'Where the files are: a folder that holds nothing else then, or with subPath the file itself.',
    ),
    subPath: subPath(
      'One of the files, which alone is mounted at mountPath. Default: none, mountPath is a folder with all of them.',
    ).exactOptional(),
  });
}

/** An environment variable whose name is a key of a Secret too. */
export function generatedName(description: string) {
  return text(description, {
    max: 128,
    rules: [
      {
        rule: "self.matches(r'^[_a-zA-Z][_a-zA-Z0-9]*$')",
        message:
          "write the name of the variable alone, such as SECRET_KEY: letters, digits and '_', not beginning with a digit",
      },
    ],
  });
}
