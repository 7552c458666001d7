import { lineToPaste } from '../operator/api/described.ts';
import { hostedSiteNames } from '../operator/api/hosted-site.ts';

/** What an API server says before it asks any rule of ours, and what to write then; as rows of a table. */
export function wordsOfKubernetes(): string[][] {
  const { apiVersion, kind } = hostedSiteNames;
  return [
    [
      '`no matches for kind`',
      `\`kind: ${kind}\` and \`apiVersion: ${apiVersion}\`. When both are there, the operator is not installed.`,
    ],
    ['`must be of type array`', `A list. ${example('spec.hosts')}`],
    ['`must be of type object`', `Fields below this one. ${example('spec.database')}`],
    [
      '`must be of type string`',
      `A text in quotes, where YAML would read a number, or true or false; a time or a size with its unit. ${example('spec.web.env[].value')}, ${example('spec.cache.ttl')}`,
    ],
    ['`must be of type integer`, `accessor error`', `A number without quotes. ${example('spec.replicas')}`],
    ['`must be of type boolean`', `true or false, without quotes. ${example('spec.suspend')}`],
    [
      '`unknown field`',
      'Another name: there is no such field, or it belongs elsewhere. `kubectl explain hostedsite.spec` has the names, also for those of other products.',
    ],
    [
      '`Unsupported value`',
      'One of the words that are listed, with their capital letters. The description has them for the words of other products.',
    ],
    [
      '`some validation rules were not checked because the object was invalid`',
      'Nothing: this goes when the other errors are mended, and what was not checked is then.',
    ],
  ];
}

function example(field: string): string {
  const line = lineToPaste(field) ?? field;
  return `Example: \`${line}\``;
}
