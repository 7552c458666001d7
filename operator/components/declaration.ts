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

/** Images of a component's own: the name in the chart → the variable of the operator that names it, and what it is. */
export type PartImages = Readonly<Record<string, { readonly variable: string; readonly is: string }>>;

/** What the descriptions of a part's own fields end with. Fields are named from the spec: `spec.cron[].name`. */
export type PartWords = Partial<Pick<FieldWords, 'examples' | 'besideExamples' | 'neighbours'>>;
