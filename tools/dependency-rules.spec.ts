import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import type { ICruiseOptions, ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));
interface Config {
  forbidden: IForbiddenRuleType[];
  options: ICruiseOptions & { enhancedResolveOptions: object };
}

async function configuration(): Promise<Config> {
  const module: unknown = await import(join(root, '.dependency-cruiser.mjs'));
  return (module as { default: Config }).default;
}

interface Planted {
  from: string;
  to: string;
  /** An import of types only. */
  type?: true;
}

/** One import, or more, that each rule is there to refuse. */
const refused: Record<string, readonly Planted[]> = {
  'no-cycles': [{ from: 'operator/kube/chicken.ts', to: 'operator/kube/egg.ts' }],
  'no-orphans': [{ from: 'operator/kube/nobodys.ts', to: '' }],
  'nothing-imports-a-spec': [{ from: 'tools/a.ts', to: 'operator/kube/watch/store.spec.ts' }],
  'what-kinds-are-made-of-are-leaves': [
    { from: 'operator/components/cache/spec.ts', to: 'operator/components/component.ts', type: true },
    { from: 'operator/components/cache/condition.ts', to: 'node_modules/winston/index.js' },
  ],
  'api-knows-no-kind': [
    { from: 'operator/api/crd.ts', to: 'operator/kinds/hosted-site/index.ts', type: true },
  ],
  'presets-are-data': [{ from: 'operator/presets/plone.ts', to: 'operator/components/cache/index.ts' }],
  'components-know-no-kind': [
    {
      from: 'operator/components/maintenance-page.ts',
      to: 'operator/kinds/hosted-site/hosted-site.ts',
      type: true,
    },
    { from: 'operator/components/maintenance-page.ts', to: 'operator/config.ts', type: true },
  ],
  'beside-the-pass': [
    { from: 'operator/observability/metrics.ts', to: 'operator/sites/site-loop.ts' },
    { from: 'operator/tls/route-looks.ts', to: 'operator/observability/logger.ts', type: true },
  ],
  'rooms-know-no-configuration': [{ from: 'operator/sites/plan.ts', to: 'operator/config.ts', type: true }],
  'kinds-are-data': [{ from: 'operator/kinds/index.ts', to: 'operator/releases/release.ts', type: true }],
  'components-are-pure-and-apart': [
    { from: 'operator/components/cache/vcl/vcl.ts', to: 'operator/components/web/spec.ts' },
    { from: 'operator/components/cache/vcl/vcl.ts', to: 'operator/objects/hash.ts' },
  ],
  'pure-rooms-do-no-io': [
    { from: 'operator/releases/release.ts', to: 'operator/kube/key.ts' },
    { from: 'operator/releases/release.ts', to: 'node:timers/promises' },
    { from: 'operator/objects/hash.ts', to: 'dns' },
    { from: 'operator/api/yaml.ts', to: 'node_modules/undici/index.js' },
  ],
  'passes-reach-out-by-kube-only': [
    { from: 'operator/sites/carry-out.ts', to: 'node:http' },
    { from: 'operator/sites/carry-out.ts', to: 'operator/kube/client/api-client.ts' },
    { from: 'operator/actions/site-task/act.ts', to: 'timers/promises' },
  ],
  'what-decides-holds-no-cluster': [
    { from: 'operator/sites/plan.ts', to: 'operator/kube/cluster.ts', type: true },
    { from: 'operator/sites/status/status.ts', to: 'operator/sites/context.ts', type: true },
    { from: 'operator/releases/release.ts', to: 'operator/kube/cluster.ts', type: true },
    { from: 'operator/actions/site-task/decide.ts', to: 'operator/kube/cluster.ts', type: true },
  ],
  'what-decides-calls-nothing-that-writes': [
    { from: 'operator/sites/plan.ts', to: 'operator/sites/carry-out.ts' },
    { from: 'operator/actions/site-task/decide.ts', to: 'operator/actions/site-task/act.ts' },
  ],
  'passes-meet-in-objects': [
    { from: 'operator/actions/site-task/gather.ts', to: 'operator/sites/observe.ts' },
    { from: 'operator/sites/observe.ts', to: 'operator/actions/action.ts', type: true },
  ],
  'one-door-to-the-kubernetes-client': [
    { from: 'operator/kube/client/gate.ts', to: 'node_modules/@kubernetes/client-node/index.js' },
  ],
  'kube-is-the-ground-floor': [
    { from: 'operator/kube/watch/store.ts', to: 'operator/objects/labels.ts' },
    { from: 'operator/kube/watch/store.spec.ts', to: 'operator/components/component.ts', type: true },
    { from: 'operator/testing/kube/clock.ts', to: 'operator/testing/world.ts' },
  ],
  'objects-are-below-what-is-made-of-them': [
    { from: 'operator/objects/hash.ts', to: 'operator/releases/release.ts', type: true },
  ],
  'commands-know-no-one-who-runs-them': [
    { from: 'operator/commands/run.ts', to: 'operator/releases/release.ts', type: true },
  ],
  'releases-know-no-pass': [
    { from: 'operator/releases/release.ts', to: 'operator/sites/plan.ts', type: true },
  ],
  'doubles-stay-out-of-the-product': [
    { from: 'operator/sites/observe.ts', to: 'operator/testing/world.ts', type: true },
  ],
  'tests-stay-out-of-the-product': [{ from: 'operator/main.ts', to: 'tools/golden.ts' }],
};

/** Beside each of them what is meant to be imported. */
const allowed: readonly Planted[] = [
  { from: 'tools/rules.ts', to: 'operator/kinds/index.ts' },
  { from: 'operator/components/cache/spec.ts', to: 'operator/api/fields.ts' },
  { from: 'operator/components/cache/spec.ts', to: 'node_modules/zod/index.js' },
  { from: 'operator/components/cache/condition.ts', to: 'operator/components/condition.ts', type: true },
  { from: 'operator/components/cache/vcl/vcl.ts', to: 'operator/components/component.ts', type: true },
  { from: 'operator/components/cache/vcl/vcl.ts', to: 'operator/components/pod/probe.ts' },
  { from: 'operator/components/cache/vcl/vcl.ts', to: 'operator/presets/preset.ts', type: true },
  { from: 'operator/components/component.ts', to: 'operator/kube/manifest.ts', type: true },
  { from: 'operator/components/cache/vcl/vcl.ts', to: 'node:crypto' },
  { from: 'operator/kinds/hosted-site/hosted-site.ts', to: 'operator/components/cache/spec.ts' },
  { from: 'operator/releases/release.ts', to: 'operator/objects/hash.ts' },
  { from: 'operator/releases/release.spec.ts', to: 'operator/testing/world.ts' },
  { from: 'operator/sites/plan.ts', to: 'operator/releases/release.ts' },
  { from: 'operator/sites/plan.ts', to: 'operator/kube/errors.ts' },
  { from: 'operator/sites/plan.ts', to: 'operator/sites/carry-out.ts', type: true },
  { from: 'operator/sites/plan.spec.ts', to: 'operator/sites/carry-out.ts' },
  { from: 'operator/sites/carry-out.ts', to: 'operator/kube/cluster.ts', type: true },
  { from: 'operator/sites/reconcile-site.ts', to: 'operator/sites/carry-out.ts' },
  { from: 'operator/actions/site-task/act.ts', to: 'operator/kube/cluster.ts', type: true },
  { from: 'operator/actions/task-loop.ts', to: 'operator/kube/loop/loop.ts', type: true },
  { from: 'operator/actions/task-loop.ts', to: 'operator/actions/site-task/act.ts' },
  { from: 'operator/kube/client/api-client.ts', to: 'node_modules/@kubernetes/client-node/index.js' },
  { from: 'operator/operator.ts', to: 'operator/sites/site-loop.ts' },
  { from: 'operator/operator.ts', to: 'operator/config.ts', type: true },
];

/** In `from`, an import of `to`: a file, a file of a package, or a module of Node. */
function importOf({ from, to, type }: Planted): string {
  if (to === '') return '';
  const path = relative(dirname(from), to);
  const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(to) ?? [];
  const module = name ?? (to.includes('.') ? (path.startsWith('.') ? path : `./${path}`) : to);
  return type === true ? `import type { Word } from '${module}';\n` : `import '${module}';\n`;
}

/** What each file has to have, so that nothing but these imports is in it. */
function contents(planted: readonly Planted[]): Map<string, string> {
  const files = new Map<string, string>();
  const add = (file: string, text: string): unknown => files.set(file, (files.get(file) ?? '') + text);
  for (const one of planted) {
    add(one.from, importOf(one));
    if (!one.to.includes('.')) continue;
    add(one.to, '');
    const [folder] = /^node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(one.to) ?? [];
    if (folder !== undefined) files.set(`${folder}package.json`, '{"main": "index.js"}');
  }
  // The way back, of the cycle.
  add('operator/kube/egg.ts', "import './chicken.ts';\n");
  return files;
}

/** `rule: from → to`, modules of Node without their prefix, of a folder with nothing in it but these imports. */
async function violations(planted: readonly Planted[], { forbidden, options }: Config): Promise<Set<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'dependency-rules-'));
  try {
    for (const [file, text] of contents(planted)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(
        join(folder, file),
        file.endsWith('.json') ? text : `${text}export type Word = string;\n`,
      );
    }
    const { enhancedResolveOptions, tsConfig: _, ...rest } = options;
    const { output } = await cruise(
      ['operator', 'tools'],
      { ...rest, baseDir: folder, ruleSet: { forbidden }, validate: true },
      enhancedResolveOptions,
    );
    const { summary } = output as ICruiseResult;
    return new Set(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function told(rule: string, { from, to }: Planted): string {
  return `${rule}: ${from} → ${to === '' ? from : to.replace(/^node:/, '')}`;
}

describe('the rules of imports', () => {
  const rows = Object.entries(refused).flatMap(([rule, all]) => all.map((one) => ({ rule, one })));
  let config: Config;
  let found: ReadonlySet<string>;
  let foundOfAllowed: ReadonlySet<string>;

  before(async () => {
    config = await configuration();
    found = await violations(
      rows.map(({ one }) => one),
      config,
    );
    foundOfAllowed = await violations(allowed, config);
  });

  it('say each what to do, and have an example here', () => {
    const rules = config.forbidden;
    assert.deepEqual(rules.map(({ name }) => name).sort(), Object.keys(refused).sort());
    for (const { name, comment } of rules) assert.match(comment ?? '', /^\S.{30,}\.$/, name);
  });

  for (const { rule, one } of rows)
    it(`${rule}: ${one.from} ${one.to === '' ? 'is imported' : `does not import ${one.to}`}`, () => {
      assert.ok(found.has(told(rule, one)), [...found].filter((text) => text.includes(one.from)).join('\n'));
    });

  for (const one of allowed)
    it(`${one.from} may import ${one.to}`, () => {
      assert.deepEqual(
        [...foundOfAllowed].filter((text) => text.endsWith(told('', one))),
        [],
      );
    });

  it('name no file as impure that reaches nothing', () => {
    const { from } =
      config.forbidden.find(({ name }) => name === 'what-decides-holds-no-cluster') ?? assert.fail();
    const impure = (from.pathNot as string[]).filter((path) => path.startsWith('^operator/sites/'));
    const names = impure.flatMap((path) => {
      const [, folder = '', all = ''] = /^\^(.*\/)\(([^)]*)\)/.exec(path) ?? [];
      return all.split('|').map((name) => `${folder}${name}.ts`);
    });
    assert.ok(names.length > 10);
    const files = globSync('operator/sites/**/*.ts', { cwd: root });
    const reaching = files.filter((file) =>
      /from '[./]+(kube\/(cluster|clock|loop\/\w+)|context)\.ts'/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    assert.deepEqual(names.sort(), reaching.filter((file) => !file.endsWith('.spec.ts')).sort());
  });
});
