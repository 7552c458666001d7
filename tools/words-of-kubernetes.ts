import { lineToPaste } from '../operator/api/described.ts';
import type { SampleType } from '../operator/api/field-words.ts';
import type { ApiKind } from '../operator/api/kind.ts';

/** What an API server says before it asks any rule of ours, and what to write then; as rows of a table. */
export function wordsOfKubernetes({ names, words }: ApiKind): string[][] {
  const samples = (type: SampleType) =>
    (words.samples[type] ?? []).map((field) => `Example: \`${lineToPaste(words, field) ?? field}\``);
  const shown = (sentence: string, type: SampleType) => `${sentence} ${samples(type).join(', ')}`.trimEnd();
  return [
    [
      '`no matches for kind`',
      `\`kind: ${names.kind}\` and \`apiVersion: ${names.apiVersion}\`. When both are there, the operator is not installed.`,
    ],
    ['`must be of type array`', shown('A list.', 'array')],
    ['`must be of type object`', shown('Fields below this one.', 'object')],
    [
      '`must be of type string`',
      shown(
        'A text in quotes, where YAML would read a number, or true or false; a time or a size with its unit.',
        'string',
      ),
    ],
    ['`must be of type integer`, `accessor error`', shown('A number without quotes.', 'integer')],
    ['`must be of type boolean`', shown('true or false, without quotes.', 'boolean')],
    [
      '`unknown field`',
      `Another name: there is no such field, or it belongs elsewhere. \`kubectl explain ${names.singular}.spec\` has the names, also for those of other products.`,
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
