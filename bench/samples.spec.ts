import assert from 'node:assert/strict';
import { allWrites, difference, requests } from './api-requests.ts';
import { samples, sum } from './samples.ts';

const text = [
  '# HELP apiserver_request_total Requests.',
  'apiserver_request_total{code="201",dry_run="",resource="secrets",subresource="",verb="POST"} 4',
  'apiserver_request_total{code="201",dry_run="All",resource="secrets",subresource="",verb="POST"} 2',
  'apiserver_request_total{code="200",dry_run="",resource="deployments",subresource="",verb="APPLY"} 1',
  'apiserver_request_total{code="200",dry_run="",resource="deployments",subresource="status",verb="PATCH"} 9',
  'apiserver_request_total{code="201",dry_run="",resource="hostedsites",subresource="",verb="POST"} 9',
  'apiserver_request_total{code="200",dry_run="",resource="hostedsites",subresource="status",verb="APPLY"} 3',
  'apiserver_request_total{code="200",dry_run="",resource="leases",subresource="",verb="PUT"} 9',
  'apiserver_request_total{code="404",dry_run="",resource="services",subresource="",verb="GET"} 5',
  'apiserver_request_total{code="200",dry_run="",resource="services",subresource="",verb="LIST"} 1',
  'apiserver_request_total{code="200",dry_run="",resource="pods",subresource="",verb="GET"} 1',
  'apiserver_request_total{code="200",dry_run="",resource="pods",subresource="",verb="WATCH"} 7',
  'apiserver_request_total{code="200",dry_run="",resource="leases",subresource="",verb="GET"} 8',
  'up 1',
  'note{text="a \\"b\\", c=\\"d\\""} 1e3',
].join('\n');

describe('bench: counters', () => {
  const all = samples(text);

  it('reads names, labels and values', () => {
    assert.equal(sum(all, 'up'), 1);
    assert.deepEqual(all.at(-1), { name: 'note', labels: { text: 'a \\"b\\", c=\\"d\\"' }, value: 1000 });
  });

  it('counts what the subject writes: not the bench itself, no dry run, no Lease; and what is read besides watches', () => {
    const found = requests(all);
    assert.deepEqual(
      [...found.writes],
      [
        ['secrets', 4],
        ['deployments', 1],
        ['hostedsites', 3],
      ],
    );
    assert.deepEqual({ ...found, writes: allWrites(found) }, { writes: 8, dryRuns: 2, gets: 6, lists: 1 });
  });

  it('tells what happened between two readings', () => {
    const before = requests(all.filter(({ labels }) => labels['resource'] === 'secrets'));
    const between = difference(requests(all), before);
    assert.deepEqual(
      [...between.writes],
      [
        ['deployments', 1],
        ['hostedsites', 3],
      ],
    );
    assert.equal(between.dryRuns, 0);
  });
});
