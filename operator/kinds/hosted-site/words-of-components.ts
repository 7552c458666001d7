import type { PartWords } from '../../components/component.ts';
import { components } from '../../components/index.ts';

/** What components say of their own fields, in the order of their list. */
export const words: readonly PartWords[] = components.flatMap((component) => component.words ?? []);
