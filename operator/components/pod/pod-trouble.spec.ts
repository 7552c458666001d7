import assert from 'node:assert/strict';
import type { Manifest } from '../component.ts';
import { podTrouble, podsOf, troubleReport } from './pod-trouble.ts';
import { selector } from '../selector.ts';
import { containerStatus, livePod, observed } from '../../testing/site.ts';

const seen = observed();
const { now } = seen;
const waits = (reason: string, message = '', more = {}) =>
  containerStatus('application', { waiting: { reason, message } }, more);
const pod = (...containerStatuses: object[]) => livePod({ status: { containerStatuses } });
const ended = (exitCode: number, reason = 'Error', seconds = 5) => ({
  terminated: {
    exitCode,
    reason,
    startedAt: '2030-01-01T11:00:00Z',
    finishedAt: new Date(Date.parse('2030-01-01T11:00:00Z') + seconds * 1000).toISOString(),
  },
});

describe('podTrouble', () => {
  it('finds none in pods that run or start', () => {
    const running = containerStatus('application', { running: {} }, { ready: true });
    assert.equal(podTrouble([pod(running), pod(waits('ContainerCreating')), livePod()], seen), undefined);
  });

  const waiting: [string, string, string, RegExp][] = [
    [
      'ErrImagePull',
      'not found',
      'ImagePullFailed',
      /registry\.example\.org\/shop:1\.4\.2 .*does not have it/,
    ],
    ['ImagePullBackOff', '401 Unauthorized', 'ImagePullFailed', /imagePullSecrets/],
    ['ErrImagePull', 'dial tcp: lookup x: no such host', 'ImagePullFailed', /cannot be reached/],
    ['ImagePullBackOff', 'Back-off pulling image', 'ImagePullFailed', /Correct the image/],
    ['InvalidImageName', '', 'ImagePullFailed', /not one of an image/],
    ['ErrImageNeverPull', '', 'ImagePullFailed', /may not pull/],
    [
      'CreateContainerConfigError',
      'secret "pay" not found',
      'ConfigurationRejected',
      /Secret pay does not exist/,
    ],
    [
      'CreateContainerConfigError',
      'configmap "c" not found',
      'ConfigurationRejected',
      /ConfigMap c does not/,
    ],
    [
      'CreateContainerConfigError',
      "couldn't find key token in Secret customer-a/pay",
      'ConfigurationRejected',
      /Secret pay has no key token/,
    ],
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "shop-web-5f_a(1)", container: application)',
      'ConfigurationRejected',
      /runs as root/,
    ],
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root',
      'ConfigurationRejected',
      /by a word/,
    ],
    [
      'CreateContainerError',
      'exec: "x": executable file not found in $PATH',
      'ConfigurationRejected',
      /command is not/,
    ],
    ['RunContainerError', 'exec: "/x": permission denied', 'ConfigurationRejected', /may not be run/],
    ['CreateContainerError', 'something else', 'ConfigurationRejected', /kubectl describe pod/],
  ];
  for (const [reason, message, expected, words] of waiting) {
    it(`says ${expected} of ${reason} ${message}`, () => {
      const trouble = podTrouble([pod(waits(reason, message))], seen);
      assert.equal(trouble?.reason, expected);
      assert.match(trouble.message, words);
      assert.equal(trouble.stalled, true);
    });
  }

  it('names the pull secrets that a registry refuses, or that are not there', () => {
    const refused = livePod({ status: { containerStatuses: [waits('ErrImagePull', 'denied')] } });
    refused['spec'] = { imagePullSecrets: [{ name: 'registry' }] };
    assert.match(podTrouble([refused], seen)?.message ?? '', /and there, in the Secret registry\.$/);
  });

  it('keeps names of pods out of its words', () => {
    const message = 'image will run as root (pod: "shop-web-5f4_customer-a(uid)", container: application)';
    assert.doesNotMatch(
      podTrouble([pod(waits('CreateContainerConfigError', message))], seen)?.message ?? '',
      /5f4|uid/,
    );
  });

  describe('of a container that ends again and again', () => {
    const states: [string, Record<string, unknown>][] = [
      ['waits', { waiting: { reason: 'CrashLoopBackOff' } }],
      ['runs once more', { running: {} }],
      ['has just ended', ended(1)],
    ];
    for (const [when, state] of states) {
      it(`is the same while it ${when}`, () => {
        const status = containerStatus('application', state, { restartCount: 4, lastState: ended(1) });
        assert.deepEqual(podTrouble([pod(status)], seen), {
          reason: 'ContainerCrashing',
          message:
            'The container application ends with code 1 again and again. kubectl logs --previous shows its last words.',
          stalled: true,
        });
      });
    }

    const innocent: [string, Record<string, unknown>][] = [
      ['ended once', { restartCount: 1 }],
      ['is ready', { restartCount: 9, ready: true }],
      ['ran well before', { restartCount: 9, lastState: ended(1, 'Error', 3600) }],
    ];
    for (const [when, more] of innocent) {
      it(`is not said of one that ${when}`, () => {
        const status = containerStatus('application', { running: {} }, { lastState: ended(1), ...more });
        assert.equal(podTrouble([pod(status)], seen), undefined);
      });
    }

    it('says what kind of end it is', () => {
      const words = (reason: string) =>
        podTrouble(
          [pod(waits('CrashLoopBackOff', '', { restartCount: 3, lastState: ended(137, reason) }))],
          seen,
        )?.message;
      assert.match(words('OOMKilled') ?? '', /more memory than its limit/);
      assert.match(words('StartError') ?? '', /cannot be started with its command/);
    });
  });

  it('looks at sidecars too, and at one container when asked for one', () => {
    const sidecar = livePod({
      status: {
        initContainerStatuses: [containerStatus('varnish', { waiting: { reason: 'ErrImagePull' } })],
      },
    });
    assert.equal(podTrouble([sidecar], seen)?.reason, 'ImagePullFailed');
    assert.equal(podTrouble([sidecar], seen, 'varnish')?.reason, 'ImagePullFailed');
    assert.equal(podTrouble([sidecar], seen, 'application'), undefined);
  });

  it('does not look at pods that end or have ended', () => {
    const failing = { containerStatuses: [waits('ErrImagePull')] };
    const leaving = livePod({ status: failing, metadata: { deletionTimestamp: '2030-01-01T12:00:00Z' } });
    const evicted = livePod({ status: { ...failing, phase: 'Failed' } });
    assert.equal(podTrouble([leaving, evicted], seen), undefined);
  });

  describe('of a pod that no node takes', () => {
    const unschedulable = (since: string, message: string) =>
      livePod({
        status: {
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              lastTransitionTime: since,
              message,
            },
          ],
        },
      });

    it('waits two minutes for room before it asks for a person', () => {
      const trouble = podTrouble([unschedulable('2030-01-01T11:59:00Z', '')], seen);
      assert.deepEqual(
        [trouble?.stalled, trouble?.recheckAt?.toISOString()],
        [false, '2030-01-01T12:01:00.000Z'],
      );
      assert.equal(podTrouble([unschedulable('2030-01-01T11:58:00Z', '')], seen)?.stalled, true);
    });

    it('names the obstacles and counts no nodes', () => {
      const words = (count: number) =>
        podTrouble(
          [
            unschedulable(
              '2030-01-01T11:00:00Z',
              `0/${count} nodes are available: 1 Insufficient cpu, 2 Insufficient memory, 1 node(s) had untolerated taint {a: b}.`,
            ),
          ],
          seen,
        )?.message;
      assert.equal(
        words(3),
        'No node takes the pod: nodes are set aside for others, not enough cpu, not enough memory.',
      );
      assert.equal(words(3), words(5));
    });
  });

  it('puts what a person must change before what may pass', () => {
    const waitsForRoom = livePod({
      status: {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            lastTransitionTime: now.toISOString(),
          },
        ],
      },
    });
    assert.equal(podTrouble([waitsForRoom, pod(waits('ErrImagePull'))], seen)?.reason, 'ImagePullFailed');
  });
});

describe('troubleReport', () => {
  it('is False and stalled, or Unknown with the time to look again', () => {
    const trouble = { reason: 'Unschedulable', message: 'No room.' } as const;
    assert.deepEqual(troubleReport({ ...trouble, stalled: true }), {
      ready: { status: 'False', ...trouble },
      stalled: true,
    });
    assert.deepEqual(troubleReport({ ...trouble, stalled: false, recheckAt: now }), {
      ready: { status: 'Unknown', ...trouble },
      recheckAt: now,
    });
  });
});

describe('podsOf', () => {
  it('finds the pods of one component', () => {
    const pods: Manifest[] = [livePod(), livePod({ component: 'database', name: 'shop-database-0' })];
    const found = podsOf({ pods }, selector({ name: 'shop' }, 'database'));
    assert.deepEqual(
      found.map(({ metadata }) => metadata.name),
      ['shop-database-0'],
    );
  });
});
