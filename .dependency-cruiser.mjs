import { builtinModules } from 'node:module';

/** Modules of Node that compute and reach nothing outside of the process. */
const computing = ['assert', 'buffer', 'crypto', 'path', 'querystring', 'string_decoder', 'url', 'util'];
const reaching = builtinModules.filter((name) => !computing.includes(name.split('/')[0]));
const io = `^(node:)?(${reaching.join('|')})$|node_modules/(undici|winston|prom-client|@prometheus-io)/`;

/** Rooms with nothing in them that reads or writes. */
const pure = '^operator/(api|objects|presets|components|commands|kinds|releases)/';
/** Rooms of passes: they reach the cluster, each in the files that are named below. */
const passes = '^operator/(sites|actions|caches|failover)/';
/** What is in these files of `operator/kube` is words: outcomes, errors, keys, kinds. */
const words = '^operator/kube/(outcome|errors|key|manifest|resources|right|without)\\.ts$';
/** The files of passes that hold the cluster, its caches, or what is remembered between passes. All others decide. */
const impure = [
  '^operator/sites/(carry-out|command-steps|config-maps|observe|outdated|readings|reconcile-site|served|site-loop|triggers|context)\\.ts$',
  '^operator/sites/data/(adoption|copies|credentials|data-policy|orphaned-copies)\\.ts$',
  '^operator/sites/expiry/(expire)\\.ts$',
  '^operator/sites/hosts/(held|host-limits|host-taken|reservation|reservations|rival)\\.ts$',
  '^operator/sites/status/(held-status|journal|remarks)\\.ts$',
  '^operator/(actions|caches|failover).*/(gather|look|act|context)\\.ts$',
  '^operator/(actions|caches|failover)/.*-loop\\.ts$',
];
const specs = '\\.spec\\.ts$';

/** The architecture as rules. Each comment tells the offender what to do; tools/dependency-rules.spec.ts plants one. */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files need each other: move what both need into a third one, or give it as an argument.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
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
        "The types of kinds come from a component's spec.ts and condition.ts: these import zod, api/fields.ts and the types of condition.ts and reasons.ts beside the folders only.",
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
      name: 'presets-are-data',
      comment:
        'A preset says what an application is like, by the words of api: what is made of that is in the components, which take the preset from the site.',
      severity: 'error',
      from: { path: '^operator/presets/', pathNot: specs },
      to: { path: '^operator/', pathNot: '^operator/(presets|api)/' },
    },
    {
      name: 'components-know-no-kind',
      comment:
        "What people write and read is composed of what components declare, not the other way round: take a value of Site or Observed, or declare the fact in the component's folder.",
      severity: 'error',
      from: { path: '^operator/components/', pathNot: specs },
      to: { path: '^operator/', pathNot: '^operator/(components|presets|objects|api|kube)/' },
    },
    {
      name: 'beside-the-pass',
      comment:
        'Log, metrics and handshakes know kinds and caches, not who looks after them: take a function or a value, which operator.ts hands over.',
      severity: 'error',
      from: { path: '^operator/(observability|tls)/', pathNot: specs },
      to: { path: '^operator/', pathNot: '^operator/($1|kinds|components|api|kube)/' },
    },
    {
      name: 'rooms-know-no-configuration',
      comment:
        'config.ts, operator.ts and main.ts put the rooms together, and no room knows them: take the value as an argument.',
      severity: 'error',
      from: { path: '^operator/[^/]+/', pathNot: specs },
      to: { path: '^operator/(config|operator|main)\\.ts$' },
    },
    {
      name: 'kinds-are-data',
      comment:
        'A kind says what is written and read, by the words of api and of components: what is done with it belongs to sites and releases.',
      severity: 'error',
      from: { path: '^operator/kinds/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^operator/',
        pathNot: '^operator/((kinds|api|objects|presets|components|commands|testing)/|kube/resources\\.ts$)',
      },
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
      from: { path: pure, pathNot: [specs, '^operator/kinds/[^/]+/examples\\.ts$'] },
      // What a kind is in the API is data.
      to: {
        path: `^operator/kube/|${io}`,
        pathNot: '^operator/kube/resources\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'passes-reach-out-by-kube-only',
      comment:
        'What a pass reads and writes goes through the interface Cluster, so that specs can give it another one: take it as an argument, or add to operator/kube what is missing there.',
      severity: 'error',
      from: { path: passes, pathNot: specs },
      to: { path: `^operator/kube/|${io}`, pathNot: words, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'what-decides-holds-no-cluster',
      comment:
        'This file decides from values, and knows not even the type of what reads and writes: have it gathered (observe, gather) and take it as an argument, or return what is to be done (carry-out, act). A new file that has to reach the cluster is named in `impure` of .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: [pure, passes], pathNot: [...impure, specs] },
      to: {
        path: '^operator/kube/(client|leader|loop)/|^operator/kube/(cluster|clock|even-clock|events)\\.ts$|^operator/sites/context\\.ts$',
      },
    },
    {
      name: 'what-decides-calls-nothing-that-writes',
      comment:
        'This file decides, and what it calls reaches the cluster: let the caller of both do one after the other, and hand on the value.',
      severity: 'error',
      from: { path: passes, pathNot: [...impure, specs] },
      to: { path: impure, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'passes-meet-in-objects',
      comment:
        'Sites, actions, caches and failover do not know each other: what one is to tell the other is an object in the cluster; what several need belongs to a room below them.',
      severity: 'error',
      from: { path: '^operator/(sites|actions|caches|failover)/', pathNot: specs },
      to: { path: passes, pathNot: '^operator/$1/' },
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
