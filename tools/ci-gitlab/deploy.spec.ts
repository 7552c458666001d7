import assert from 'node:assert/strict';
import type { Run } from './job.ts';
import { job, runJob } from './job.ts';
import type { Scripted } from './scripted-programs.ts';
import {
  annotations,
  condition,
  digest,
  file,
  image,
  kubectl,
  live,
  polls,
  refused,
  says,
  served,
  url,
} from './scripted-site.ts';

/** The component deploy, given an image by its digest unless told otherwise. */
function deployed(
  scripted: readonly Scripted[],
  inputs: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const given = { file: 'site.yaml', image: digest('b'), ...inputs };
  return runJob(job('deploy', given), scripted, { 'site.yaml': 'a site' }, environment);
}

describe('the component deploy', () => {
  it('applies the image by its digest with its commit, first by dry run, and hands on where it serves', async () => {
    const run = await deployed(served);
    assert.equal(run.code, 0, run.log);
    const applies = run.calls.filter((call) => call.startsWith('kubectl apply'));
    const words = 'kubectl apply --server-side --field-manager=gitlab --filename -';
    assert.deepEqual(
      applies.map((call) => call.trim()),
      [`${words} --dry-run=server`, words],
    );
    assert.equal(image(run), digest('b'));
    assert.deepEqual(annotations(run), {
      'ci.hostedsite.dev/commit': 'c0ffee',
      'ci.hostedsite.dev/previous-image': '',
    });
    assert.match(run.left, /^SITE_URL=http:\/\/www\.example\.org\/$/m);
  });

  it('takes the image of the variable that an earlier job hands on', async () => {
    const run = await deployed(served, { image: '$IMAGE' }, { IMAGE: digest('c') });
    assert.equal(image(run), digest('c'), run.log);
  });

  it('takes the image of the file when none is given, and the namespace of the input', async () => {
    const scripted = [
      file('HostedSite|shop|elsewhere|registry.example.org/shop:1.4.2'),
      live(),
      polls('1|Ready:1 '),
      url,
    ];
    const run = await deployed(scripted, { image: '', namespace: 'customer-b' });
    assert.equal(image(run), 'registry.example.org/shop:1.4.2', run.log);
    assert.ok(run.calls.some((call) => call.includes('--namespace customer-b get hostedsite shop')));
  });

  const before: Record<string, { live: string; previous: string }> = {
    'what serves, by its content': {
      live: `registry.example.org:5000/shop:main|sha256:aaaa|${digest('0')}`,
      previous: 'registry.example.org:5000/shop@sha256:aaaa',
    },
    'what serves as it was written, where its digest is not known': {
      live: 'registry.example.org/shop:1||',
      previous: 'registry.example.org/shop:1',
    },
    'the one before that when what serves is this image already': {
      live: `${digest('b')}|sha256:bbbbbbbb|${digest('0')}`,
      previous: digest('0'),
    },
  };
  for (const [what, { live: text, previous }] of Object.entries(before))
    it(`keeps as the image to go back to ${what}`, async () => {
      const run = await deployed([file(), live(text), polls('1|Ready:1 '), url]);
      const found = annotations(run) as Record<string, string>;
      assert.equal(found['ci.hostedsite.dev/previous-image'], previous, run.log);
    });

  it('waits until Ready is about the newest generation, also when a look at the site fails', async () => {
    const looks = [
      says('8|Ready:7 '),
      { code: 1, complains: 'EOF' },
      says('8|'),
      says('8|Available:8 Ready:8 '),
    ];
    const run = await deployed([
      file(),
      live(),
      kubectl("*'get hostedsite'*metadata.generation*", ...looks),
      url,
    ]);
    assert.equal(run.code, 0, run.log);
    assert.equal(run.calls.filter((call) => call.includes('metadata.generation')).length, 4);
  });

  it('does not take what was Stalled before for Stalled', async () => {
    const run = await deployed([file(), live(), polls('8|Stalled:7 ', '8|Ready:8 '), url]);
    assert.equal(run.code, 0, run.log);
  });

  it('fails when the site is Stalled, with the reason and what there is to say in the last ten lines', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `line ${at} ${'x'.repeat(400)}`);
    const message = [
      'It was not ready within 10 seconds. Its last lines:',
      ...lines,
      'cannot find the shop',
    ].join('\n');
    const run = await deployed([
      file(),
      live(),
      polls('8|', '8|Available:8 Stalled:8 '),
      condition('Stalled', 'reason', 'RolledBack'),
      condition('Stalled', 'message', message),
      condition('Available', 'status', 'True'),
    ]);
    assert.equal(run.code, 1);
    const end = run.log.trimEnd().split('\n').slice(-6);
    assert.equal(end[0], 'customer-a/shop is Stalled: RolledBack.');
    assert.match(end[1] ?? '', /^It was not ready within 10 seconds/);
    assert.deepEqual(end.slice(4), ['cannot find the shop', 'Visitors are served by what ran before.']);
    assert.ok(end.every((line) => line.length <= 300));
  });

  it('shows the last lines of an application that ends again and again, without passwords', async () => {
    const pods = kubectl(
      "*'get pods'*instance=shop,*",
      says('old\n\nstarting\nmysql://shop:secret@db/shop is not there\n'),
    );
    const crash = [polls('8|Stalled:8 '), condition('Stalled', 'reason', 'ContainerCrashing'), pods];
    const run = await deployed([
      file(),
      live(),
      ...crash,
      condition('Stalled', 'message', 'It ends with code 3.'),
    ]);
    assert.equal(run.code, 1);
    assert.deepEqual(run.log.trimEnd().split('\n').slice(-6), [
      'customer-a/shop is Stalled: ContainerCrashing.',
      'It ends with code 3.',
      ...['old', 'starting', 'mysql://***@db/shop is not there'],
      'Visitors are not served.',
    ]);
  });

  it('fails when the time is over, and says what Ready says and that nobody is served', async () => {
    const said = [
      condition('Ready', 'reason', 'Progressing'),
      condition('Ready', 'message', 'The pods start.'),
    ];
    const scripted = [file(), live(), polls('8|'), ...said, condition('Available', 'status', 'False')];
    const run = await deployed(scripted, { timeout: '2m' });
    assert.equal(run.code, 1);
    const end = [
      'customer-a/shop is not Ready within 2m: Progressing.',
      'The pods start.',
      'Visitors are not served.',
    ];
    assert.deepEqual(run.log.trimEnd().split('\n').slice(-3), end);
    assert.equal(run.calls.filter((call) => call.includes('metadata.generation')).length, 61);
  });

  it('writes the deploy token of the registry before the site, where it is asked to', async () => {
    const secret = kubectl("*'create secret docker-registry registry'*", says('{"a":"secret"}'));
    const token = {
      CI_REGISTRY: 'registry.example.org',
      CI_DEPLOY_USER: 'reader',
      CI_DEPLOY_PASSWORD: 'word',
    };
    const run = await deployed([secret, ...served], { 'pull-secret': 'registry' }, token);
    assert.match(run.applied, /^\{"a":"secret"\}\n\{"metadata"/, run.log);
    refused(await deployed(served, { 'pull-secret': 'registry' }), /gitlab-deploy-token/);
    const nowhere = { ...token, CI_REGISTRY: '' };
    refused(await deployed(served, { 'pull-secret': 'registry' }, nowhere), /CI_REGISTRY names none/);
  });
});

describe('a job that cannot go on', () => {
  const bad: Record<string, { scripted: Scripted[]; inputs: Record<string, string>; sentence: RegExp }> = {
    'a file that is not there': {
      scripted: [],
      inputs: { file: 'none.yaml' },
      sentence: /^There is no file none\.yaml in the repository: correct the input\.$/,
    },
    'a file of something else': {
      scripted: [file('ConfigMap|settings|customer-a|')],
      inputs: {},
      sentence: /^site\.yaml is to hold one HostedSite and nothing else/,
    },
    'a file with two sites': {
      scripted: [file('HostedSite|shop|customer-a|\nHostedSite|blog|customer-a|')],
      inputs: {},
      sentence: /^site\.yaml is to hold one HostedSite and nothing else/,
    },
    'a site without a namespace': {
      scripted: [file('HostedSite|shop||')],
      inputs: {},
      sentence: /write metadata\.namespace, or the input namespace\.$/,
    },
    'an image by its tag': {
      scripted: [file()],
      inputs: { image: 'registry.example.org/shop:main' },
      sentence: /write it by its digest, as name@sha256:…/,
    },
    'an image that nobody has handed on': {
      scripted: [file()],
      inputs: { image: '${IMAGE}' },
      sentence: /^The input image is \$\{IMAGE\}, which is empty here: let the job that builds it hand it on/,
    },
    'no image at all': {
      scripted: [file()],
      inputs: { image: '' },
      sentence: /^Nobody says which image shop runs: write the input image, or spec\.image in site\.yaml\.$/,
    },
  };
  for (const [what, { scripted, inputs, sentence }] of Object.entries(bad))
    it(`for ${what} says so, and asks no cluster`, async () => {
      const run = await deployed(scripted, inputs);
      refused(run, sentence);
      assert.deepEqual(
        run.calls.filter((call) => !call.includes('patch --local')),
        [],
      );
    });

  const complaints: Record<string, { words: string; sentence: RegExp }> = {
    'a token that has expired': {
      words: 'error: You must be logged in to the server (Unauthorized)',
      sentence: /has expired or was revoked/,
    },
    'a missing right': {
      words:
        'Error from server (Forbidden): hostedsites.hostedsite.dev "shop" is forbidden: User "system:serviceaccount:a:gitlab" cannot patch',
      sentence: /give it the Role of role\.yaml/,
    },
    'no cluster': {
      words: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      sentence: /^The cluster does not answer/,
    },
    'a name that is not known': {
      words: 'Unable to connect to the server: dial tcp: lookup none.example: no such host',
      sentence: /^The cluster does not answer/,
    },
    'a context that is not there': {
      words: 'error: context "shops/shop:main" does not exist',
      sentence: /correct the input context/,
    },
    'no operator': {
      words:
        'error: resource mapping not found: no matches for kind "HostedSite" in version "hostedsite.dev/v1alpha1"',
      sentence: /install the operator/,
    },
    'fields of somebody else': {
      words:
        'error: Apply failed with 1 conflict: conflict with "kubectl" using hostedsite.dev/v1alpha1: .spec.replicas',
      sentence: /remove them from the file, or take them over once/,
    },
    'no namespace': {
      words: 'Error from server (NotFound): namespaces "customer-a" not found',
      sentence: /^There is no such namespace/,
    },
    'what the schema refuses': {
      words: 'The HostedSite "shop" is invalid: spec.hosts: Invalid value: write at least one host',
      sentence: /^Correct what is named above\.$/,
    },
  };
  for (const [what, { words, sentence }] of Object.entries(complaints))
    it(`for ${what} shows what kubectl says, then the way out`, async () => {
      const run = await deployed([
        file(),
        live(),
        kubectl('*--dry-run=server*', { complains: `${words}\n`, code: 1 }),
      ]);
      refused(run, sentence);
      assert.ok(run.log.includes(words));
    });

  it('for a file that is not YAML says which line', async () => {
    const words = 'error: error parsing site.yaml: error converting YAML to JSON: yaml: line 3';
    refused(await deployed([kubectl("*'patch --local'*", { complains: words, code: 1 })]), /mend the line/);
  });
});
