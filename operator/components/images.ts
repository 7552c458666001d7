import { components } from './index.ts';
import type { ComponentName, byName } from './index.ts';
import type { PartImage, PartImages } from './declaration.ts';

type NameOf<Name extends ComponentName> = (typeof byName)[Name] extends { images?: infer Images }
  ? Images extends PartImages
    ? keyof Images
    : never
  : never;

/** By their names, what the operator's configuration says of them. */
export type ImageReferences = Record<{ [Name in ComponentName]: NameOf<Name> }[ComponentName], string>;

/** One that the operator is told of. */
export interface NamedImage extends PartImage {
  readonly name: string;
  /** Its name below `images` in the chart's values: `object-cache`. */
  readonly value: string;
  /** The operator's variable that says where it is: `IMAGE_OBJECT_CACHE`. */
  readonly variable: string;
}

/** In the order in which people read them: what visitors meet comes first. */
export const images: readonly NamedImage[] = components
  .flatMap((component) => Object.entries(component.images ?? {}))
  .reverse()
  .map(([name, image]) => ({ name, ...image, ...names(name) }));

function names(name: string): Pick<NamedImage, 'value' | 'variable'> {
  const value = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { value, variable: `IMAGE_${value.replaceAll('-', '_').toUpperCase()}` };
}

/** All of them, as `of` says where each is. */
export function imageReferences(of: (image: NamedImage) => string): ImageReferences {
  return Object.fromEntries(images.map((image) => [image.name, of(image)])) as ImageReferences;
}

/** The variables by which an operator is told of them. */
export function imageVariables(references: ImageReferences): Record<string, string> {
  const byName: Readonly<Record<string, string>> = references;
  return Object.fromEntries(images.map(({ name, variable }) => [variable, byName[name] ?? '']));
}
