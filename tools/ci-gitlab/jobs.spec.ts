import assert from 'node:assert/strict';
import { readDocuments } from '../../operator/api/yaml.ts';
import type { Run } from './job.ts';
import { inputsOf, job, runJob } from './job.ts';
import type { Scripted } from './scripted-programs.ts';
import {
  annotations,
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

describe('the component validate', () => {
  const sites = { 'one.yaml': '1', 'two.yaml': '2' };
  const validated = (scripted: Scripted[]): Promise<Run> =>
    runJob(job('validate', { files: '*.yaml', context: 'shops/shop:main' }), scripted, sites);

  it('asks by dry run for every file, by the context given', async () => {
    const run = await validated([file(), kubectl('*--dry-run=server*', says('applied (server dry run)\n'))]);
    assert.equal(run.code, 0, run.log);
    assert.ok(run.calls.every((call) => call.startsWith('kubectl --context=shops/shop:main ')));
    assert.equal(run.calls.filter((call) => call.includes('--dry-run=server')).length, 2);
    assert.equal(run.applied, '');
  });

  it('goes on after a file that is refused, and fails', async () => {
    const told = kubectl(
      '*--dry-run=server*',
      { complains: 'spec.hosts: Required value', code: 1 },
      says(''),
    );
    const run = await validated([file(), told]);
    refused(run, /^1 of the files would be refused/);
    assert.equal(run.calls.filter((call) => call.includes('--dry-run=server')).length, 2);
  });
});

describe('the component promote', () => {
  const promoted = (source: string): Promise<Run> => {
    const of = kubectl("*'staging get hostedsite shop'*", says(source));
    const inputs = { file: 'site.yaml', from: 'staging/shop' };
    return runJob(job('promote', inputs), [file(), of, ...served.slice(1)], { 'site.yaml': '' });
  };

  it('takes the content that serves there', async () => {
    const run = await promoted('4|Available:4 Ready:4 |registry.example.org/shop:main|sha256:cccc');
    assert.equal(run.code, 0, run.log);
    assert.equal(image(run), 'registry.example.org/shop@sha256:cccc');
  });

  it('refuses what is not Ready there, and what has no digest', async () => {
    refused(
      await promoted('4|Ready:3 |registry.example.org/shop:main|sha256:cccc'),
      /^staging\/shop is not Ready/,
    );
    refused(await promoted('4|Ready:4 |registry.example.org/shop:main|'), /deploy it by its digest first/);
  });
});

describe('the component rollback', () => {
  const back = (text: string): Promise<Run> =>
    runJob(job('rollback', { file: 'site.yaml' }), [file(), live(text), polls('1|Ready:1 '), url], {
      'site.yaml': '',
    });

  it('goes back to the image of the deployment before, and there it stays', async () => {
    for (const serves of ['b', 'a']) {
      const run = await back(`${digest(serves)}|sha256:${serves.repeat(8)}|${digest('a')}`);
      assert.equal(run.code, 0, run.log);
      const kept = (annotations(run) as Record<string, string>)['ci.hostedsite.dev/previous-image'];
      assert.deepEqual([image(run), kept], [digest('a'), digest('a')]);
    }
  });

  it('refuses when no deployment before is known', async () => {
    refused(
      await back(`${digest('b')}|sha256:bbbbbbbb|`),
      /^No deployment of customer-a\/shop before the latest is known/,
    );
  });
});

describe('the component many', () => {
  const git = (words: string, code: number): Scripted => ({ program: 'git', words, answers: [{ code }] });
  const deploy = '$CI_SERVER_FQDN/hosting/hostedsite/deploy@1.0.0';
  const files = Object.fromEntries(
    ['changed', 'gone', 'new', 'same', 'unreadable'].map((name) => [`${name}.yaml`, '']),
  );
  const scripted = [
    kubectl('*new.yaml*', says('')),
    kubectl('*unreadable.yaml*', { complains: 'error: error parsing', code: 1 }),
    kubectl('*gone.yaml*', says('rewritten')),
    kubectl('*.yaml*', says('c0ffee')),
    git('*cat-file*rewritten*', 1),
    git('*diff*c0ffee*same.yaml*', 0),
    git('*diff*', 1),
    git('*', 0),
  ];
  const many = (inputs: Record<string, string>, answers = scripted): Promise<Run> =>
    runJob(job('many', { files: '*.yaml', deploy, ...inputs }), answers, files, {
      CI_SERVER_FQDN: 'gitlab.example.com',
    });
  const jobs = (run: Run): string[] => [...run.left.matchAll(/ file: (.*)/g)].map(([, name = '']) => name);

  it('deploys what changed since its own deployment, what never was, and what cannot be told', async () => {
    const run = await many({});
    assert.equal(run.code, 0, run.log);
    assert.deepEqual(jobs(run), ['changed.yaml', 'gone.yaml', 'new.yaml', 'unreadable.yaml']);
    assert.match(run.left, /- component: 'gitlab\.example\.com\/hosting\/hostedsite\/deploy@1\.0\.0'/);
    assert.match(run.left, /environment: changed$/m);
  });

  it('includes a copy of the component by its path', async () => {
    assert.match((await many({ deploy: 'ci/deploy.yml' })).left, /- local: 'ci\/deploy\.yml'/);
  });

  it('says which file is missing, and which cannot be a job, and starts nothing', async () => {
    refused(await many({ files: 'shops/*.yaml' }), /^There is no file shops\/\*\.yaml in the repository/);
    const odd = runJob(job('many', { files: '*.yaml', deploy }), scripted, { "it's.yaml": '' });
    refused(await odd, /^it's\.yaml cannot be the name of a job/);
  });

  it('gives each deployment inputs that the component deploy has', async () => {
    const [child] = readDocuments((await many({})).left) as [{ include: { inputs: object }[] }];
    const unknown = child.include.flatMap(({ inputs }) =>
      Object.keys(inputs).filter((name) => !(name in inputsOf('deploy'))),
    );
    assert.deepEqual(unknown, []);
  });

  it('has a job also when nothing is to be deployed', async () => {
    const run = await many({}, [kubectl('*', says('c0ffee')), git('*', 0)]);
    assert.deepEqual(jobs(run), []);
    assert.match(run.left, /^nothing to deploy:\n {2}script:/);
  });
});
