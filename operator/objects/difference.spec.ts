import assert from 'node:assert/strict';
import type { Manifest } from '../components/component.ts';
import { resourceOf } from '../kinds/resources.ts';
import { brief } from '../kube/watch/kept.ts';
import { difference } from './difference.ts';
import { quantityValue, sameQuantity } from '../api/quantity.ts';

const text = 'a line of a file\n'.repeat(100);
const held = (content: string): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: { name: 'one', labels: { 'app.kubernetes.io/managed-by': 'hostedsite' } },
  data: { text: content },
});

describe('difference', () => {
  const rows: { title: string; desired: unknown; live: unknown; found: string | undefined }[] = [
    { title: 'equal scalars', desired: 3, live: 3, found: undefined },
    {
      title: 'another scalar',
      desired: { replicas: 3 },
      live: { replicas: 2 },
      found: 'replicas is 2 instead of 3',
    },
    { title: 'a field that the server added', desired: { a: 1 }, live: { a: 1, b: 2 }, found: undefined },
    { title: 'a missing field', desired: { a: { b: 1 } }, live: { a: {} }, found: 'a.b is missing' },
    { title: 'a missing branch', desired: { a: { b: 1 } }, live: {}, found: 'a is missing' },
    { title: 'an empty text that the server dropped', desired: { value: '' }, live: {}, found: undefined },
    { title: 'an empty list that the server dropped', desired: { args: [] }, live: {}, found: undefined },
    { title: 'undefined', desired: { value: undefined }, live: {}, found: undefined },
    {
      title: 'a filled list where none is wanted',
      desired: { args: [] },
      live: { args: ['x'] },
      found: 'args has 1 items instead of 0',
    },
    {
      title: 'a text where none is wanted',
      desired: { value: '' },
      live: { value: 'x' },
      found: 'value is "x" instead of ""',
    },
    { title: 'false is not absent', desired: { automount: false }, live: {}, found: 'automount is missing' },
    { title: 'zero is not absent', desired: { replicas: 0 }, live: {}, found: 'replicas is missing' },
    {
      title: 'an empty object is not absent',
      desired: { emptyDir: {} },
      live: { hostPath: {} },
      found: 'emptyDir is missing',
    },
    { title: 'an object where a scalar is', desired: { a: { b: 1 } }, live: { a: 1 }, found: 'a differs' },
    { title: 'a list where a scalar is', desired: { a: ['x'] }, live: { a: 'x' }, found: 'a differs' },
    {
      title: 'an unnamed list of other length',
      desired: ['a'],
      live: ['a', 'b'],
      found: ' has 2 items instead of 1',
    },
    {
      title: 'an unnamed list in other order',
      desired: { l: ['a', 'b'] },
      live: { l: ['b', 'a'] },
      found: 'l[0] is "b" instead of "a"',
    },
    {
      title: 'named items in other order, and more of them',
      desired: { containers: [{ name: 'a', image: 'x' }] },
      live: { containers: [{ name: 'injected' }, { name: 'a', image: 'x', terminationMessagePath: '/d' }] },
      found: undefined,
    },
    {
      title: 'a named item that differs',
      desired: { containers: [{ name: 'a', image: 'x' }] },
      live: { containers: [{ name: 'a', image: 'y' }] },
      found: 'containers[a].image is "y" instead of "x"',
    },
    {
      title: 'a named item that is missing',
      desired: { volumes: [{ name: 'a', emptyDir: {} }] },
      live: { volumes: [{ name: 'b', emptyDir: {} }] },
      found: 'volumes[a] is missing',
    },
    {
      title: 'twice the same name falls back to the index',
      desired: {
        l: [
          { name: 'a', v: 1 },
          { name: 'a', v: 2 },
        ],
      },
      live: {
        l: [
          { name: 'a', v: 1 },
          { name: 'a', v: 3 },
        ],
      },
      found: 'l[1].v is 3 instead of 2',
    },
    {
      title: 'mounts of one volume in another order',
      desired: {
        m: [
          { name: 'a', mountPath: '/x' },
          { name: 'a', mountPath: '/y' },
        ],
      },
      live: {
        m: [
          { name: 'a', mountPath: '/y' },
          { name: 'a', mountPath: '/x' },
        ],
      },
      found: undefined,
    },
    {
      title: 'ports without names',
      desired: { ports: [{ containerPort: 80 }] },
      live: { ports: [{ containerPort: 81 }] },
      found: 'ports[80] is missing',
    },
    {
      title: 'quantities written differently',
      desired: {
        resources: { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { 'ephemeral-storage': '1Gi' } },
      },
      live: {
        resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { 'ephemeral-storage': '1024Mi' } },
      },
      found: undefined,
    },
    {
      title: 'other quantities',
      desired: { requests: { memory: '1G' } },
      live: { requests: { memory: '1Gi' } },
      found: 'requests.memory is "1Gi" instead of "1G"',
    },
    {
      title: 'a size limit',
      desired: { emptyDir: { sizeLimit: '0.5Gi' } },
      live: { emptyDir: { sizeLimit: '512Mi' } },
      found: undefined,
    },
    {
      title: 'a text that only looks like a quantity',
      desired: { tag: '1.0' },
      live: { tag: '1' },
      found: 'tag is "1" instead of "1.0"',
    },
    {
      title: 'the value of an environment variable is not told',
      desired: { env: [{ name: 'A', value: 'secret' }] },
      live: { env: [{ name: 'A', value: 'other' }] },
      found: 'env[A].value differs',
    },
    {
      title: 'a word of a command is not told',
      desired: { containers: [{ name: 'a', command: ['mysql', '-psecret'] }] },
      live: { containers: [{ name: 'a', command: ['mysql', '-pother'] }] },
      found: 'containers[a].command[1] differs',
    },
    {
      title: 'the content of a file is not told',
      desired: { data: { 'my.cnf': 'password=secret' } },
      live: { data: { 'my.cnf': 'password=other' } },
      found: 'data.my.cnf differs',
    },
    {
      title: 'a long value is cut',
      desired: { host: 'a'.repeat(100) },
      live: { host: 'b' },
      found: `host is "b" instead of "${'a'.repeat(80)}"…`,
    },
    {
      title: 'a long text equals its hash, by which the caches hold it',
      desired: { data: { text } },
      live: brief(resourceOf('ConfigMap'), held(text)),
      found: undefined,
    },
    {
      title: 'the hash of another text is a difference',
      desired: { data: { text: `${text}!` } },
      live: brief(resourceOf('ConfigMap'), held(text)),
      found: 'data.text differs',
    },
    { title: 'null', desired: { value: null }, live: {}, found: undefined },
    {
      title: 'null where a branch is wanted',
      desired: { a: { b: 1 } },
      live: { a: null },
      found: 'a differs',
    },
    {
      title: 'items that are told apart by nothing but an object',
      desired: { l: [{ port: { number: 80 } }] },
      live: { l: [{ port: { number: 80 } }] },
      found: undefined,
    },
    {
      title: 'quantities at the top',
      desired: { requests: { memory: '1Gi' } },
      live: { requests: { memory: '1024Mi' } },
      found: undefined,
    },
    {
      title: 'a field whose name only begins like that of a quantity',
      desired: { spec: { storageVersion: '1.0' } },
      live: { spec: { storageVersion: '1' } },
      found: 'spec.storageVersion is "1" instead of "1.0"',
    },
    {
      title: 'a number where a hash is',
      desired: { key: 5 },
      live: { key: 'sha256:0' },
      found: 'key is "sha256:0" instead of 5',
    },
    {
      title: 'a value of just the length that is shown is not cut',
      desired: { host: 'a'.repeat(80) },
      live: { host: 'b' },
      found: `host is "b" instead of "${'a'.repeat(80)}"`,
    },
    {
      title: 'what a policy holds beyond what is wanted is compared the other way round',
      desired: brief(resourceOf('ConfigMap'), held(text))['data'],
      live: { text },
      found: undefined,
    },
  ];
  for (const { title, desired: expected, live, found } of rows) {
    it(title, () => assert.equal(difference(expected, live), found));
  }
});

describe('quantity', () => {
  const rows: [string | number, number | undefined][] = [
    ['100m', 0.1],
    ['1', 1],
    [2, 2],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['128974848', 128974848],
    ['129e6', 129e6],
    ['1E', 1e18],
    ['.5', 0.5],
    ['', undefined],
    ['1Zi', undefined],
    ['Mi', undefined],
    ['1 Gi', undefined],
  ];
  for (const [text, value] of rows) {
    it(JSON.stringify(text), () => assert.equal(quantityValue(text), value));
  }

  it('is the same however it is written', () => {
    assert.ok(sameQuantity('0.1', '100m'));
    assert.ok(sameQuantity('1Gi', '1024Mi'));
    assert.ok(!sameQuantity('1G', '1Gi'));
    assert.ok(!sameQuantity('x', 'x'));
  });
});
