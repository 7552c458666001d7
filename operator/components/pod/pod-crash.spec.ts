import assert from 'node:assert/strict';
import { podTrouble } from './pod-trouble.ts';
import { containerStatus, livePod, observed } from '../../testing/site.ts';

const seen = observed();
const pod = (...containerStatuses: object[]) => livePod({ status: { containerStatuses } });
const ended = (exitCode: number, reason: string, seconds: number) => ({
  terminated: {
    exitCode,
    reason,
    startedAt: '2030-01-01T11:00:00Z',
    finishedAt: new Date(Date.parse('2030-01-01T11:00:00Z') + seconds * 1000).toISOString(),
  },
});

describe('a container that does not answer its startup probe', () => {
  const httpGet = { path: '/health', port: 'application' };
  const spec = {
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'application',
        ports: [{ name: 'application', containerPort: 3000 }],
        startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 120, timeoutSeconds: 5 },
      },
    ],
  };
  const stopped = (end: object, more: Record<string, unknown> = {}) => {
    const status = containerStatus(
      'application',
      { running: {} },
      {
        restartCount: 1,
        lastState: end,
        ...more,
      },
    );
    return { ...pod(status), spec };
  };
  const reported = (end: object, remarks: typeof seen.remarks = new Map()) =>
    podTrouble([stopped(end)], { ...seen, remarks })?.message;
  const said = (message: string, field = 'spec.containers{application}') =>
    new Map([['Pod-shop-web-abc-uid', [{ reason: 'Unhealthy', message, field, at: 1 }]]]);

  const killed: [what: string, end: object, isTold: boolean][] = [
    ['with code 0 when its time is over', ended(0, 'Completed', 130), true],
    ['by a signal when its time is over', ended(137, 'Error', 150), true],
    ['after answers that never came, five seconds each', ended(143, 'Error', 610), true],
    ['by itself, long before', ended(1, 'Error', 5), false],
    ['because it uses too much memory', ended(137, 'OOMKilled', 130), false],
    ['after it has served for long', ended(1, 'Error', 700), false],
  ];
  for (const [what, end, isTold] of killed) {
    it(`is ${isTold ? '' : 'not '}told of one that ended ${what}`, () => {
      const sentence =
        /^The container application did not answer GET \/health on port 3000 with 2xx or 3xx within 120 seconds of its start, and is stopped.*web\.startupSeconds\.$/;
      assert.equal(sentence.test(reported(end) ?? ''), isTold);
    });
  }

  it('is not told of one that has become ready', () => {
    const ready = stopped(ended(0, 'Completed', 130), { ready: true });
    assert.equal(podTrouble([ready], seen), undefined);
  });

  const probe = 'Startup probe failed: ';
  const get = `${probe}Get "http://10.244.1.15:3000/health": `;
  const answers: [message: string, words: RegExp][] = [
    [`${probe}HTTP probe failed with statuscode: 400`, /its start \(its last answer was 400\), and/],
    [`${get}dial tcp 10.244.1.15:3000: connect: connection refused`, /\(nothing listens there\)/],
    [`${get}context deadline exceeded (Client.Timeout exceeded)`, /\(no answer came in time\)/],
    [`${get}EOF`, /\(the connection was closed without an answer\)/],
    [`${get}net/http: HTTP/1.x transport connection broken: malformed HTTP`, /\(what came back was no/],
    [`${probe}a secret`, /seconds of its start, and/],
    ['Readiness probe failed: HTTP probe failed with statuscode: 400', /seconds of its start, and/],
  ];
  for (const [message, words] of answers) {
    it(`says what came back: ${message}`, () => {
      const text = reported(ended(0, 'Completed', 130), said(message)) ?? '';
      assert.match(text, words);
      assert.doesNotMatch(text, /10\.244|secret/);
    });
  }

  it('does not take the words on another container for its own', () => {
    const remarks = said(`${probe}HTTP probe failed with statuscode: 503`, 'spec.initContainers{varnish}');
    assert.doesNotMatch(reported(ended(0, 'Completed', 130), remarks) ?? '', /503/);
  });
});
