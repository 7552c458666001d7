import type * as z from 'zod';
import type { FieldWords } from './field-words.ts';
import type { Rule } from './fields.ts';

/**
 * A kind of object that people meet in the API, as data. `kinds/index.ts` lists them: each entry is a
 * CustomResourceDefinition, rights for people and a page of the reference.
 */
export interface ApiKind {
  readonly names: KindNames;
  /** What it is, in one sentence. */
  readonly description: string;
  readonly role: KindRole;
  /** How a person installs its definition, without which the operator has nothing to do; absent where it looks after the rest all the same. */
  readonly install?: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  /** What the API server says of an object whose status nobody has written. */
  readonly unseenStatus: object;
  /** About the object as a whole: its name. What is about the spec stands in the spec. */
  readonly rules: readonly Rule[];
  /** Where the scale subresource finds its numbers; absent where nothing can be scaled. */
  readonly scale?: ScalePaths;
  readonly columns: readonly Column[];
  /** Lines to paste and words of other products, which the descriptions end with. */
  readonly words: FieldWords;
  /** What the reference says of defaults beside what each field says. */
  readonly defaults?: string;
  /** Every condition of its status, in the order in which people read them. */
  readonly conditions: Readonly<Record<string, ConditionFacts>>;
  /** Every reason of a condition: name → what it means and, where a person must act, what to do. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Every Event that is written about it: reason → type, and what happened. */
  readonly events: Readonly<Record<string, EventFacts>>;
}

export interface KindNames {
  readonly group: string;
  readonly version: string;
  /** Group and version, as objects name them. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

/**
 * Who writes it. `user`: people write and change it. `action`: people create and delete it, and nobody changes what they asked
 * for. `internal`: the operator alone; people may look.
 */
export type KindRole = 'user' | 'action' | 'internal';

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath: string;
}

/** A column of `kubectl get`; one with a priority above 0 is shown with `--output wide` only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: number;
}

export interface ConditionFacts {
  /** What True means. */
  readonly means: string;
  /** Whether Ready sums it up or does not wait for it; absent of a condition that is no part's. */
  readonly counts?: 'in-ready' | 'beside';
}

export interface EventFacts {
  readonly type: 'Normal' | 'Warning';
  readonly sentence: string;
}
