import * as z from 'zod';
import { components } from './index.ts';
import type { ComponentName, byName } from './index.ts';
import type { PartSizes } from './declaration.ts';

export type SizeName = 'Small' | 'Medium' | 'Large';

type SizesOf<Name extends ComponentName> = (typeof byName)[Name] extends { sizes?: infer Sizes }
  ? Extract<Sizes, PartSizes>
  : never;

/** What one word of `spec.size` means for every part of a site. */
export type Size = {
  /** Serving pods of a site whose files do not bind it to one pod. */
  replicas: number;
} & { [Name in ComponentName as SizesOf<Name>['field']]: z.output<SizesOf<Name>['row']> };

export type SizeTable = Record<SizeName, Size>;

/** In the order in which people read them: what visitors meet comes first. */
const parts: readonly PartSizes[] = components.flatMap(({ sizes }) => sizes ?? []).reverse();

const size = z.strictObject({
  replicas: z.int().min(1),
  ...Object.fromEntries(parts.map(({ field, row }) => [field, row])),
});

export const sizeTable = z.strictObject({
  Small: size,
  Medium: size,
  Large: size,
}) as unknown as z.ZodType<SizeTable>;

/** The table of an operator that is given none. */
export const defaultSizes: SizeTable = {
  Small: defaultSize(1, 'Small'),
  Medium: defaultSize(2, 'Medium'),
  Large: defaultSize(3, 'Large'),
};

function defaultSize(replicas: number, name: SizeName): Size {
  return { replicas, ...Object.fromEntries(parts.map((part) => [part.field, part[name]])) } as Size;
}
