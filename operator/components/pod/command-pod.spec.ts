import assert from 'node:assert/strict';
import { testSite } from '../../testing/site.ts';
import { commandPod } from './command-pod.ts';

const application = { name: 'application', image: 'shop:2', args: ['--port'], ports: [{ containerPort: 1 }] };
const site = testSite({ files: undefined });

describe('the pod of a command', () => {
  it('has one container, under the name that is asked for', () => {
    const spec = {
      containers: [{ name: 'beside', image: 'x' }, application],
      tolerations: [{ key: 'lost' }],
    };
    const pod = commandPod(site, { metadata: {}, spec }, { command: ['migrate'], name: 'command' });
    assert.deepEqual(pod, {
      restartPolicy: 'Never',
      volumes: [],
      containers: [{ name: 'command', image: 'shop:2', command: ['migrate'] }],
    });
  });

  it('needs the application', () => {
    const template = { metadata: {}, spec: { containers: [] } };
    assert.throws(
      () => commandPod(site, template, { command: ['migrate'], name: 'command' }),
      /no container/,
    );
  });
});
