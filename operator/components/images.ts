import { components } from './index.ts';
import type { ComponentName, byName } from './index.ts';
import type { PartImages } from './declaration.ts';

type NameOf<Name extends ComponentName> = (typeof byName)[Name] extends { images?: infer Images }
  ? Images extends PartImages
    ? keyof Images
    : never
  : never;

/** By their names in the chart, what the operator's configuration says of them. */
export type ImageReferences = Record<{ [Name in ComponentName]: NameOf<Name> }[ComponentName], string>;

/** In the order in which people read them: what visitors meet comes first. */
export const images: PartImages = Object.fromEntries(
  components.flatMap((component) => Object.entries(component.images ?? {})).reverse(),
);
