import assert from 'node:assert/strict';
import { expectGolden } from '../../tools/golden.ts';
import { writeYAML } from '../api/yaml.ts';
import { commandJob, isGated, opened } from './job.ts';

const pod = (schedulingGates?: { name: string }[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop-release-x', namespace: 'customer-a', uid: 'pod-uid', resourceVersion: '7' },
  spec: { ...(schedulingGates === undefined ? {} : { schedulingGates }) },
});
const ours = { name: 'hostedsite.dev/run-once' };
const theirs = { name: 'quota.example.org/wait' };

describe('the Job of a command', () => {
  it('is the object of the golden file', () => {
    const job = commandJob({
      name: 'shop-release',
      labels: { 'app.kubernetes.io/component': 'command' },
      podLabels: { 'app.kubernetes.io/component': 'command', 'hostedsite.dev/release': 'shop-web-1' },
      annotations: { 'hostedsite.dev/number': '3' },
      deadlineSeconds: 600,
      spec: {
        restartPolicy: 'OnFailure',
        terminationGracePeriodSeconds: 300,
        containers: [{ name: 'command', image: 'shop:2', command: ['migrate', '--all'] }],
      },
    });
    expectGolden(new URL('golden/job.yaml', import.meta.url), writeYAML(job));
  });
});

describe('the gate of a pod', () => {
  it('is there until it is taken away', () => {
    assert.equal(isGated(pod([theirs, ours])), true);
    assert.equal(isGated(pod([theirs])), false);
    assert.equal(isGated(pod()), false);
  });

  it('is taken away from that very pod as it was seen, and no gate of others', () => {
    assert.deepEqual(opened(pod([theirs, ours])), { ...pod(), spec: { schedulingGates: [theirs] } });
  });
});
