import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeYAML } from '../operator/api/yaml.ts';
import { checkout } from './cluster/instance.ts';
import { eventually, image, kubectl, namespace, request } from './support/cluster.ts';
import type { GitLab, Pipeline, RunningPipeline } from './support/gitlab.ts';
import { emptyProject, follow, gitLab, jobLog, pipeline, project, push } from './support/gitlab.ts';
import { registry } from './support/registry.ts';
import { condition, operator, site } from './support/site.ts';
import { started } from './support/started.ts';
import { smallSite } from './support/small-site.ts';
import { isPrinted, steps } from './support/walk.ts';

const staging = 'shop-staging';
const production = 'shop';

/** docs/use/gitlab.md from nothing, then what its readers do next. */
describe('a project in GitLab', function () {
  this.bail(true);
  this.timeout(300_000);
  operator();
  registry();
  const processes = started();
  const many = namespace('story-gitlab-many');
  let gitlab: GitLab;
  let clone = '';
  let kubeconfig = '';

  const removeNamespaces = (...flags: string[]): Promise<string> =>
    kubectl(['delete', 'namespace', staging, production, '--ignore-not-found', ...flags]);
  before(async () => {
    await removeNamespaces();
    gitlab = await gitLab();
    await emptyProject(gitlab, 'hosting/hostedsite');
    clone = await project(gitlab, 'shops/shop');
    kubeconfig = join(gitlab.directory, 'gitlab.kubeconfig');
  });
  after(() => removeNamespaces('--wait=false'));

  const written = (name: string): string => readFileSync(join(clone, name), 'utf8');
  const begins = (of: string, jobs: readonly string[], account = kubeconfig): Promise<RunningPipeline> =>
    processes.start(
      () => pipeline(gitlab, of, jobs, account),
      (it) => it.cancel(),
    );
  const runs = async (...jobs: string[]): Promise<Pipeline> => (await begins(clone, jobs)).ended;
  async function succeeds(...jobs: string[]): Promise<void> {
    const { code, said } = await runs(...jobs);
    assert.equal(code, 0, said);
  }
  async function shows(host: string, commit: string): Promise<void> {
    const { status, body } = await request(host, '/');
    assert.deepEqual([status, /This is (\w+)\./.exec(body)?.[1]], [200, commit]);
  }
  const onStaging = (commit: string): Promise<void> => shows('staging.shop.localhost', commit);
  const onProduction = (commit: string): Promise<void> => shows('shop.localhost', commit);
  const imageOf = async (space: string): Promise<string> => String((await site(space, 'shop')).spec['image']);
  const takenUp = (check: () => Promise<void>): Promise<true> =>
    eventually('the ingress has taken the site up', 20, () => check().then(() => true as const));

  const walk = steps(readFileSync(join(checkout, 'docs/use/gitlab.md'), 'utf8'));
  for (const { heading, commands, expected } of walk)
    it(heading, async () => {
      const output = await follow(gitlab, commands);
      for (const line of expected) assert.ok(isPrinted(line, output), `not printed: ${line}\n${output}`);
    });

  const commits: string[] = [];

  it('from a push to a page that shows the commit, within three minutes of pipeline', async () => {
    commits.push((await follow(gitlab, 'git -C shop rev-parse HEAD')).trim());
    const began = Date.now();
    await succeeds();
    assert.ok(Date.now() - began < 180_000);
    const [commit = ''] = commits;
    await takenUp(() => onStaging(commit));
    const last = jobLog(clone, 'staging').at(-1) ?? '';
    assert.match(
      last,
      /^shop-staging\/shop serves \S+\/shops\/shop@sha256:[0-9a-f]{64} at http:\/\/staging\.shop\.localhost\/$/,
    );
    const { metadata } = JSON.parse(
      await kubectl(['get', 'hostedsite', 'shop', '-n', staging, '-o', 'json']),
    ) as {
      metadata: { annotations: Record<string, string> };
    };
    assert.equal(metadata.annotations['ci.hostedsite.dev/commit'], commit);
  });

  it('gives production the image of staging', async () => {
    await succeeds('production');
    assert.equal(await imageOf(production), await imageOf(staging));
    await takenUp(() => onProduction(commits[0] ?? ''));
  });

  it('shows the next commit as soon as the job is green, though its tag is the same', async () => {
    const [before] = commits;
    commits.push(await push(gitlab, clone, { 'note.txt': 'A change.\n' }));
    await succeeds();
    await onStaging(commits[1] ?? '');
    await onProduction(before ?? '');
  });

  it('is left as it is by the same pipeline again', async () => {
    const { metadata, spec } = await site(staging, 'shop');
    await succeeds();
    const after = await site(staging, 'shop');
    assert.deepEqual(after.spec, spec);
    assert.equal(after.metadata.generation, metadata.generation);
  });

  it('promotes the next one, and goes back, and stays there', async () => {
    await succeeds('production');
    await onProduction(commits[1] ?? '');
    for (const _ of ['once', 'twice']) {
      await succeeds('back');
      await onProduction(commits[0] ?? '');
    }
  });

  it('turns red within 30 s of Stalled with the reason in the last ten lines, and the site serves on', async () => {
    const good = written('sites/staging.yaml');
    const command = 'command: [node, -e, "console.error(\'cannot find the shop\'); process.exit(3)"]';
    await push(gitlab, clone, { 'sites/staging.yaml': `${good}  web: { ${command} }\n` });
    const { code, said, endedAt } = await runs();
    assert.notEqual(code, 0, said);
    const path = 'jsonpath={.status.conditions[?(@.type=="Stalled")].lastTransitionTime}';
    const since = Date.parse(await kubectl(['get', 'hostedsite', 'shop', '-n', staging, '-o', path]));
    assert.ok(endedAt - since < 30_000, `${endedAt - since} ms`);
    const end = jobLog(clone, 'staging').slice(-10).join('\n');
    assert.match(end, /shop-staging\/shop is Stalled: ContainerCrashing\.\n.*ends with code 3/);
    assert.match(end, /\ncannot find the shop\nVisitors are served by what ran before\.$/);
    await onStaging(commits[1] ?? '');
  });

  it('does not promote from what is Stalled', async () => {
    const before = await imageOf(production);
    const { code } = await runs('production');
    assert.notEqual(code, 0);
    assert.equal(
      jobLog(clone, 'production').at(-1),
      'shop-staging/shop is not Ready: promote what has served there.',
    );
    assert.equal(await imageOf(production), before);
  });

  it('is green again with the next commit, whose first pipeline was cancelled while it waited', async () => {
    const good = readFileSync(join(gitlab.directory, 'examples/gitlab/sites/staging.yaml'), 'utf8');
    const generation = async (): Promise<number> => (await site(staging, 'shop')).metadata.generation;
    const before = await generation();
    const commit = await push(gitlab, clone, { 'sites/staging.yaml': good });
    const first = await begins(clone, []);
    const applied = await eventually('it has applied the site', 60, async () => {
      const now = await generation();
      return now > before ? now : undefined;
    });
    first.cancel();
    // Its code says nothing: a job that is killed counts as passed for gitlab-ci-local.
    await first.ended;
    await succeeds();
    await onStaging(commit);
    assert.equal(condition(await site(staging, 'shop'), 'Stalled'), undefined);
    assert.equal(await generation(), applied);
  });

  async function otherKubeconfig(name: string, commands: string): Promise<string> {
    await follow(gitlab, `cp gitlab.kubeconfig ${name}.kubeconfig\n${commands}`);
    return join(gitlab.directory, `${name}.kubeconfig`);
  }
  const tokenOf = (name: string): string => `
    kubectl create serviceaccount ${name} --namespace shop
    kubectl --kubeconfig ${name}.kubeconfig config set-credentials gitlab --token "$(kubectl create token ${name} --namespace shop)"`;
  const accounts: Record<string, { commands: (name: string) => string; said: RegExp }> = {
    stranger: { commands: tokenOf, said: /give it the Role of role\.yaml in the namespace of the site\.$/ },
    gone: {
      commands: (name) => `${tokenOf(name)}\nkubectl delete serviceaccount ${name} --namespace shop`,
      said: /^The cluster does not know the token of this job: it has expired or was revoked\./,
    },
    nowhere: {
      commands: (name) =>
        `kubectl --kubeconfig ${name}.kubeconfig config set clusters.hostedsite.server https://127.0.0.1:1`,
      said: /^The cluster does not answer: see that the CI\/CD variable KUBECONFIG/,
    },
  };
  for (const [name, { commands, said }] of Object.entries(accounts))
    it(`says what to do when its account is ${name}, and changes nothing`, async () => {
      const { metadata } = await site(production, 'shop');
      const other = await otherKubeconfig(name, commands(name));
      const { code } = await (await begins(clone, ['back'], other)).ended;
      assert.notEqual(code, 0);
      assert.match(jobLog(clone, 'back').at(-1) ?? '', said);
      assert.equal((await site(production, 'shop')).metadata.resourceVersion, metadata.resourceVersion);
    });

  it('says which file would be refused and why, before anything is applied', async () => {
    const good = written('sites/staging.yaml');
    writeFileSync(join(clone, 'sites/staging.yaml'), good.replace(/^ {2}hosts: .*\n/m, ''));
    const { code } = await runs('validate');
    assert.notEqual(code, 0);
    const log = jobLog(clone, 'validate');
    assert.match(log.join('\n'), /spec\.hosts: Required value/);
    assert.equal(log.at(-1), '1 of the files would be refused: each is told above.');
    writeFileSync(join(clone, 'sites/staging.yaml'), good);
  });

  const inputs: Record<string, { from: RegExp; to: string; said: RegExp }> = {
    'a timeout that is none': {
      from: /pull-secret: registry/,
      to: 'timeout: forever',
      said: /`forever`.*regex/s,
    },
    'no file': {
      from: / {6}file: sites\/staging\.yaml\n/,
      to: '',
      said: /`file`.*required value has not been provided/s,
    },
  };
  for (const [what, { from, to, said }] of Object.entries(inputs))
    it(`has no pipeline with ${what}`, async () => {
      const good = written('.gitlab-ci.yml');
      writeFileSync(join(clone, '.gitlab-ci.yml'), good.replace(from, to));
      const ended = await runs();
      writeFileSync(join(clone, '.gitlab-ci.yml'), good);
      assert.notEqual(ended.code, 0);
      assert.match(ended.said, said);
    });

  describe('with twenty sites', () => {
    let sites = '';
    const names = Array.from({ length: 20 }, (_, at) => `site-${at + 1}`);
    const file = (name: string): string => `sites/${name}.yaml`;
    const deployed = (said: string): string[] =>
      [...new Set([...said.matchAll(/\[sites\] -> (\S+)/g)].map(([, job = '']) => job))].sort();
    let example = '';

    /** Switched off, so that all of them fit on the node. */
    function text(name: string, spec: Record<string, unknown> = {}): string {
      const object = smallSite(name, example, { replicas: 0, ...spec }) as { metadata: object };
      return writeYAML({ ...object, metadata: { name, namespace: many } });
    }
    const deploys = async (): Promise<Pipeline> => (await begins(sites, [])).ended;

    before(async () => {
      example = await image('node-example-1');
      sites = await project(gitlab, 'shops/sites');
      const role = `kubectl apply --namespace ${many} --filename ci/gitlab/role.yaml`;
      const binding = `kubectl create rolebinding shop --namespace ${many} --role gitlab --serviceaccount shop:gitlab`;
      await follow(gitlab, `${role}\n${binding}`);
      const page = readFileSync(join(checkout, 'docs/use/gitlab.md'), 'utf8');
      const [, configuration = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
      const files = Object.fromEntries(names.map((name) => [file(name), text(name)]));
      await push(gitlab, sites, { '.gitlab-ci.yml': configuration, ...files });
    });

    it('deploys all of them at first', async () => {
      const { code, said } = await deploys();
      assert.equal(code, 0, said);
      assert.deepEqual(deployed(said), names.map(file).sort());
    });

    it('deploys the three that changed, side by side, and a failing one does not hold up the others', async () => {
      const [one = '', two = '', bad = ''] = names;
      const changed = {
        [file(one)]: text(one, { size: 'Medium' }),
        [file(two)]: text(two, { size: 'Medium' }),
      };
      const none = 'localhost/hostedsite/no-such-image:1';
      await push(gitlab, sites, { ...changed, [file(bad)]: text(bad, { replicas: 1, image: none }) });
      const { said } = await deploys();
      assert.deepEqual(deployed(said), [one, two, bad].map(file).sort());
      const order = [...said.matchAll(/\[sites\] -> \S+ +(starting|finished)/g)].map(([, word]) => word);
      assert.deepEqual(order.slice(0, 3), ['starting', 'starting', 'starting'], said);
      for (const name of [one, two]) assert.match(said, new RegExp(`PASS.*${file(name)}`));
      assert.match(said, new RegExp(`FAIL.*${file(bad)}`));
    });

    it('deploys none when none has changed', async () => {
      const { code, said } = await deploys();
      assert.equal(code, 0, said);
      assert.deepEqual(deployed(said), ['nothing']);
    });
  });
});
