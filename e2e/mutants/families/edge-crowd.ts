import type { Mutant } from '../mutant.ts';

/** Of the family `edge`: what many visitors do together. */
export const edgeCrowd: readonly Mutant[] = [
  {
    name: 'page-for-each-value-of-an-unknown-header',
    family: 'edge',
    file: 'operator/components/cache/headers.ts',
    find: '`(?i)(?:^|,)(?!\\\\s*(?:[*]|${settledName}))[^,]*`',
    replace: '`(?i)(?:^|,)(?!\\\\s*(?:[*]|X-|${settledName}))[^,]*`',
    why: 'A visitor with a header of his own fills the storage with the same page, once for each visit.',
    specs: ['operator/components/cache/headers.spec.ts'],
    scenarios: [],
    faults: [],
  },
  {
    name: 'page-for-all-who-must-be-told-apart',
    family: 'edge',
    file: 'operator/components/cache/headers.ts',
    find: '`(?i)(?:^|,)(?!\\\\s*(?:[*]|${settledName}))[^,]*`',
    replace: '`(?i)(?:^|,)(?!\\\\s*(?:${settledName}))[^,]*`',
    why: 'What the application says is for nobody else is stored.',
    specs: ['operator/components/cache/headers.spec.ts'],
    scenarios: [],
    faults: [],
  },
  {
    name: 'open-sockets-turn-pages-away',
    family: 'edge',
    file: 'operator/components/cache/vcl.ts',
    find: 'set bereq.backend = application_upgraded;',
    replace: 'set bereq.backend = application_passed;',
    why: 'Three hundred open WebSockets, and every page that passes is a 503.',
    specs: ['operator/components/cache/vcl.spec.ts'],
    scenarios: [],
    faults: [],
  },
];
