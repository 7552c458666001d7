import assert from 'node:assert/strict';
import { siteKey, siteKeyOf, splitKey, taskPods } from './site-key.ts';

const managed = { 'app.kubernetes.io/managed-by': 'hostedsite', 'app.kubernetes.io/instance': 'shop' };

describe('site keys', () => {
  it('are put together and taken apart', () => {
    assert.equal(siteKey('customer-a', 'shop'), 'customer-a/shop');
    assert.deepEqual(splitKey('customer-a/shop'), { namespace: 'customer-a', name: 'shop' });
  });

  const rows = [
    { title: 'a site', kind: 'HostedSite', name: 'shop', labels: undefined, expected: 'a/shop' },
    { title: 'a child', kind: 'Deployment', name: 'shop-web', labels: managed, expected: 'a/shop' },
    {
      title: "another program's object",
      kind: 'Deployment',
      name: 'shop-web',
      labels: { ...managed, 'app.kubernetes.io/managed-by': 'Helm' },
      expected: undefined,
    },
    { title: 'an object without labels', kind: 'Service', name: 'x', labels: undefined, expected: undefined },
    {
      title: 'our object of no site',
      kind: 'Service',
      name: 'x',
      labels: { 'app.kubernetes.io/managed-by': 'hostedsite' },
      expected: undefined,
    },
  ];
  for (const { title, kind, name, labels, expected } of rows) {
    it(`of ${title}: ${expected ?? 'none'}`, () => {
      const metadata = { namespace: 'a', name, ...(labels === undefined ? {} : { labels }) };
      assert.equal(siteKeyOf({ apiVersion: 'v1', kind, metadata }), expected);
    });
  }

  it('of an object without a namespace: none', () => {
    assert.equal(
      siteKeyOf({ apiVersion: 'v1', kind: 'StorageClass', metadata: { name: 'x', labels: managed } }),
      undefined,
    );
  });
});

describe('what a task made', () => {
  const labels = {
    'app.kubernetes.io/managed-by': 'hostedsite',
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/component': 'command',
    'hostedsite.dev/task': 'migrate',
  };
  const task = { apiVersion: 'hostedsite.dev/v1alpha1', kind: 'SiteTask', name: 'migrate', uid: 'u' };
  const object = (kind: string, more: object = {}) => ({
    ...{ apiVersion: 'v1', kind },
    metadata: {
      ...{ name: 'x', namespace: 'customer-a', labels: { ...labels, ...more } },
      ownerReferences: [{ ...task, controller: true }],
    },
  });

  it('is no object of the site, nor is the task, whatever its labels are', () => {
    for (const kind of ['Job', 'Pod', 'SiteTask']) assert.equal(siteKeyOf(object(kind)), undefined, kind);
    assert.equal(siteKeyOf(object('Deployment')), 'customer-a/shop', 'other kinds are the site’s');
  });

  it('is not what has its label and nothing else of it', () => {
    const web = object('Pod', { 'app.kubernetes.io/component': 'web' });
    const installation = object('Job');
    installation.metadata.ownerReferences = [{ ...task, kind: 'HostedSite', controller: true }];
    for (const one of [web, installation]) {
      assert.equal(siteKeyOf(one), 'customer-a/shop', one.kind);
      assert.equal(taskPods.of(one), undefined, one.kind);
    }
  });

  it('is found by the site all the same, as far as it is a pod', () => {
    assert.equal(taskPods.of(object('Pod')), 'customer-a/shop');
    for (const kind of ['Job', 'SiteTask', 'Deployment'])
      assert.equal(taskPods.of(object(kind)), undefined, kind);
  });
});
