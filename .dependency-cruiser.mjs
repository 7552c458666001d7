/** The architecture as rules. Each comment tells the offender what to do. */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files need each other: move what both need into a third one, or give it as an argument.',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing uses this file: delete it.',
      severity: 'error',
      from: { orphan: true, path: '^operator/', pathNot: '\\.spec\\.ts$' },
      to: {},
    },
    {
      name: 'nothing-imports-a-spec',
      comment: 'Specs are not a library: move what you need beside the code it serves.',
      severity: 'error',
      from: {},
      to: { path: '\\.(spec|e2e)\\.ts$' },
    },
    {
      name: 'what-kinds-are-made-of-are-leaves',
      comment:
        "Kinds are put together from a component's spec.ts and condition.ts: these import zod, api/fields.ts and the types of condition.ts and reasons.ts beside the folders only.",
      severity: 'error',
      from: { path: '^operator/components/[^/]+/(spec|condition)\\.ts$' },
      to: {
        pathNot: [
          '^operator/api/fields\\.ts$',
          '^operator/components/(condition|reasons)\\.ts$',
          'node_modules/zod/',
        ],
      },
    },
    {
      name: 'api-knows-no-kind',
      comment:
        'operator/api is how any kind is written: what is about one kind belongs to its folder in operator/kinds and comes in as an ApiKind.',
      severity: 'error',
      from: { path: '^operator/api/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/', pathNot: '^operator/api/' },
    },
    {
      name: 'presets-and-components-know-no-kind',
      comment:
        "What people write and read is composed of what components declare, not the other way round: take a value of Site or Observed, or declare the fact in the component's folder.",
      severity: 'error',
      from: { path: '^operator/(presets|components)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/(commands|kinds|releases|sites|actions|tls|observability)/' },
    },
    {
      name: 'kinds-are-data',
      comment:
        'A kind says what is written and read, by the words of api and of components: what is done with it belongs to sites and releases.',
      severity: 'error',
      from: { path: '^operator/kinds/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/', pathNot: '^operator/(kinds|api|presets|components|commands|testing)/' },
    },
    {
      name: 'components-are-pure-and-apart',
      comment:
        "A component takes Site and Observed and returns values: it knows its own folder, the files beside the folders, presets' types and api's names.",
      severity: 'error',
      from: { path: '^operator/components/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^(operator|e2e|tools)/',
        pathNot: [
          '^operator/components/$1/',
          '^operator/components/(pod/)?[^/]+\\.ts$',
          '^operator/(api|presets)/',
        ],
      },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment:
        'This room decides and computes; reading and writing belong to observe, carry-out and kube. Take the value as an argument.',
      severity: 'error',
      from: {
        path: '^operator/(components|presets|api|kinds|commands|objects|releases)/|^operator/actions/(action|[^/]+/(decide|status))\.ts$|^operator/sites/(resolve|desired|plan)\\.ts$|^operator/sites/status/(status|outcome|ready)\\.ts$',
        pathNot: '(\\.spec\\.ts$|^operator/kinds/[^/]+/examples\\.ts$)',
      },
      to: {
        path: '^(operator/kube/|node:|fs$|net$|http$)|^(fs|net|http|https|child_process|timers)$',
        pathNot: '^(node:)?crypto$|^operator/kube/outcome\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'one-door-to-the-kubernetes-client',
      comment:
        'Only operator/kube/client/api-client.ts knows @kubernetes/client-node: it drops fields that it does not know. Use the Cluster interface.',
      severity: 'error',
      from: { pathNot: '^operator/kube/client/api-client\\.ts$' },
      to: { path: 'node_modules/@kubernetes/client-node' },
    },
    {
      name: 'kube-is-the-ground-floor',
      comment:
        'operator/kube knows Kubernetes and nothing of ours, no types and no specs either: move what it needs down into it, or let whoever is above hand it over (an Index, a Loop, a hook).',
      severity: 'error',
      from: { path: '^operator/(testing/)?kube/' },
      to: { path: '^(operator|e2e|tools|bench)/', pathNot: '^operator/(testing/)?kube/' },
    },
    {
      name: 'objects-are-below-what-is-made-of-them',
      comment:
        'operator/objects says how any object of ours is labelled, hashed and compared: what is about a site or a release belongs above it.',
      severity: 'error',
      from: { path: '^operator/objects/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/', pathNot: '^operator/(objects|api|components/component\\.ts)' },
    },
    {
      name: 'commands-know-no-one-who-runs-them',
      comment:
        'operator/commands says what the pod of a command is and how far it is: when it is due, and what is written for it, belongs to releases, sites and actions.',
      severity: 'error',
      from: { path: '^operator/commands/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/', pathNot: '^operator/(commands|components|objects|api|kube)/' },
    },
    {
      name: 'releases-know-no-pass',
      comment:
        'operator/releases decides which revision runs and why: what is planned and written for it belongs to sites. Take the value as an argument.',
      severity: 'error',
      from: { path: '^operator/releases/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/(sites|actions|tls|observability|config|operator|main)' },
    },
    {
      name: 'actions-and-sites-meet-in-objects',
      comment:
        'An action knows no pass over a site, and a pass no action: what both need is in releases, commands or components, and what they tell each other is in objects.',
      severity: 'error',
      from: { path: '^operator/actions/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/(sites|tls|observability|config|operator|main)' },
    },
    {
      name: 'passes-know-no-action',
      comment:
        'A pass over a site knows no action: they meet in objects, see actions-and-sites-meet-in-objects.',
      severity: 'error',
      from: { path: '^operator/(sites|releases|tls)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^operator/actions/' },
    },
    {
      name: 'doubles-stay-out-of-the-product',
      comment:
        'operator/testing is for specs, stories and benches: the product takes the interface that a double stands for.',
      severity: 'error',
      from: { path: '^operator/', pathNot: '(\\.spec\\.ts$|^operator/testing/)' },
      to: { path: '^operator/testing/' },
    },
    {
      name: 'tests-stay-out-of-the-product',
      comment: 'The operator does not know how it is tested or generated.',
      severity: 'error',
      from: { path: '^operator/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(e2e|tools|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
};
