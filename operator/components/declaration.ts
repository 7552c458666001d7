import * as z from 'zod';
import type { FieldWords } from '../api/field-words.ts';
import type { PartCondition } from './condition.ts';

// What a component says of itself as data.

/** What names are made of: of conditions and reasons, in the table of sizes, of images. */
export interface Declaration {
  readonly condition: PartCondition;
  /** Those that no other component gives. Name → what it means and, where a person must act, what to do. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly sizes?: PartSizes;
  readonly images?: PartImages;
}

/** How a component says what one word of `spec.size` means for it. */
export interface PartSizes {
  /** Its name in the table of sizes. */
  readonly field: string;
  readonly row: z.ZodType;
  readonly Small: unknown;
  readonly Medium: unknown;
  readonly Large: unknown;
}

export const quantity = z.string().regex(/^[0-9]+([.][0-9]+)?(m|Ki|Mi|Gi|Ti)?$/);

/** Images of a component's own, by name. The chart's value and the operator's variable are called after that. */
export type PartImages = Readonly<Record<string, PartImage>>;

export interface PartImage {
  /** `the image of the cache` */
  readonly is: string;
  /** What a change of the chart's value does, as the end of a sentence: `restarts the databases at once`. */
  readonly change: string;
}

/** What the descriptions of a part's own fields end with. Fields are named from the spec: `spec.cron[].name`. */
export type PartWords = Partial<Pick<FieldWords, 'examples' | 'besideExamples' | 'neighbours'>>;
