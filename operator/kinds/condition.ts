import { group, oneOf, text, whole } from '../api/fields.ts';

/** A condition in the status of a kind, as Kubernetes writes them. `what` is what it is about: `the site`. */
export function conditionAbout(what: string) {
  return group(`One statement about ${what}.`, {
    type: text('What it is about.', { max: 64 }),
    status: oneOf(['True', 'False', 'Unknown'], 'Whether it holds.'),
    observedGeneration: whole('Generation of the spec that it was judged by.', {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }).exactOptional(),
    lastTransitionTime: text('When status last changed. RFC 3339.', { max: 64 }),
    reason: text('Why, in one word; the reference lists them.', { max: 128 }),
    message: text('Why, in sentences, and what to do about it.', { max: 32768 }),
  });
}
