import type { Mutant } from '../mutant.ts';

const file = 'operator/sites/expiry/expire.ts';
const rules = 'operator/sites/expiry/expiry.ts';
const specs = ['expire', 'expiry', 'kept'].map((name) => `operator/sites/expiry/${name}.spec.ts`);

/** By which a site would be deleted that its owner wanted to keep. */
export const expiry: readonly Mutant[] = [
  {
    name: 'expired-without-notice',
    family: 'status',
    file: rules,
    find: 'const time = new Date(Math.max(end.getTime(), noticed.getTime() + length));',
    replace: 'const time = end;',
    why: 'A ttl that is written on an old site deletes it at once.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'expired-by-an-old-spec',
    family: 'cache',
    file,
    find: 'if (live?.metadata.uid !== uid || live.metadata.resourceVersion !== resourceVersion) return false;',
    replace: 'if (live?.metadata.uid !== uid) return false;',
    why: 'Who has given the site more time a moment ago loses it, and its data.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'expired-without-precondition',
    family: 'order',
    file,
    find: "const options = { uid, resourceVersion, propagationPolicy: 'Background' } as const;",
    replace:
      "const options = { uid, ...(resourceVersion === '' && { resourceVersion }), propagationPolicy: 'Background' } as const;",
    why: 'What is written between the look and the deletion is deleted with the site.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'expired-by-one-clock',
    family: 'liveness',
    file,
    find: 'if (isOver(live, at)) return true;',
    replace: 'if (isOver(live, at) || at < context.now()) return true;',
    why: 'A node whose clock is days ahead deletes sites that have days left.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'release-gives-no-time',
    family: 'level',
    file: rules,
    find: 'const isNew = before.revision !== revision;',
    replace: 'const isNew = before.revision === undefined && revision === undefined;',
    why: 'A site that has gone back to an earlier image is deleted while somebody works with it.',
    specs,
    scenarios: [],
    faults: [],
  },
  {
    name: 'notice-of-the-future',
    family: 'status',
    file: rules,
    find: 'return at <= now.getTime() ? new Date(at) : undefined;',
    replace: 'return Number.isNaN(at) ? undefined : new Date(at);',
    why: 'What a clock told that was wrong counts when it is right again.',
    specs,
    scenarios: [],
    faults: [],
  },
];
