import assert from 'node:assert/strict';
import { containerStatus, livePod, observed, released, testSite } from '../../testing/site.ts';
import { failure } from './failure.ts';

const template = {
  metadata: {},
  spec: {
    containers: [
      {
        name: 'application',
        ports: [{ containerPort: 3000 }],
        startupProbe: { httpGet: { path: '/health' }, periodSeconds: 1, failureThreshold: 120 },
      },
    ],
  },
};
const { revision } = released({ revision: { image: 'shop:2', template } });

const [start, soon, later] = ['2030-01-01T12:00:00Z', '2030-01-01T12:00:01Z', '2030-01-01T12:02:00Z'];

function ended(end: Record<string, unknown>, name = 'application'): object {
  const terminated = { exitCode: 1, startedAt: start, finishedAt: soon, ...end };
  return containerStatus(name, { waiting: { reason: 'CrashLoopBackOff' } }, { lastState: { terminated } });
}

const running = (name: string) => containerStatus(name, { running: { startedAt: start } });

function reported(...containerStatuses: object[]): string {
  const pod = livePod({ status: { containerStatuses } });
  return failure(testSite(), [pod], revision, observed());
}

describe('why a release did not come up', () => {
  const unanswered =
    /^shop:2 was not ready within 600 seconds\. The container application runs, but does not answer GET \/health on port 3000 with 2xx or 3xx; it must listen on all addresses\./;
  const rows: [string, object[], RegExp][] = [
    ['ends', [ended({ message: 'no shop\n' })], /ends with code 1\. Its last lines:\nno shop$/],
    ['ends and says nothing', [ended({})], /ends with code 1\.$/],
    [
      'uses too much memory',
      [ended({ exitCode: 137, reason: 'OOMKilled' })],
      /more memory than its limit\.$/,
    ],
    ['does not answer', [running('application')], unanswered],
    ['is ended because it does not answer', [ended({ exitCode: 143, message: 'hello' })], unanswered],
    ['ends by itself when it is to', [ended({ exitCode: 0, finishedAt: later })], unanswered],
    [
      'cannot be pulled',
      [containerStatus('application', { waiting: { reason: 'ErrImagePull' } })],
      /cannot be pulled/,
    ],
    [
      'has no such command',
      [
        containerStatus(
          'application',
          { waiting: { reason: 'RunContainerError', message: 'exec: "/x": no such file or directory' } },
          { lastState: { terminated: { exitCode: 128, reason: 'StartError', message: 'task 4711 failed' } } },
        ),
      ],
      /its command is not in the image\.$/,
    ],
    [
      'waits for its sidecar',
      [containerStatus('application', { waiting: { reason: 'PodInitializing' } }), running('varnish')],
      /The container varnish runs, but is not ready\.$/,
    ],
    [
      'has not begun',
      [containerStatus('application', { waiting: { reason: 'ContainerCreating' } })],
      /did not start/,
    ],
  ];
  for (const [title, statuses, message] of rows) {
    it(`is told when its container ${title}`, () => assert.match(reported(...statuses), message));
  }

  it('leaves out what was ready', () => {
    const ready = { ...(ended({ message: 'of old' }, 'varnish') as Record<string, unknown>), ready: true };
    assert.match(reported(ready, running('application')), unanswered);
  });

  const lines: [string, string, string][] = [
    ['without colours', '\u001b[31mred\u001b[0m\u0007', 'red'],
    [
      'without credentials in addresses',
      'mysql://shop:secret@db/shop refused',
      'mysql://***@db/shop refused',
    ],
    ['with their order', 'first\n\tsecond\n', 'first\n\tsecond'],
    ['the last of many', `${'x'.repeat(990)}\nthe last one\n`, 'the last one'],
    ['the end of a long one', 'x'.repeat(2000), 'x'.repeat(1000)],
  ];
  for (const [title, message, text] of lines) {
    it(`holds the last lines ${title}`, () => {
      assert.equal(reported(ended({ message })).split('lines:\n')[1], text);
    });
  }
});
