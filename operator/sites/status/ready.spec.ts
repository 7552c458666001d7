import assert from 'node:assert/strict';
import { ready, worst } from './ready.ts';
import type { ReadyFacts } from './ready.ts';

/** A site that is in force and serves. */
const serving: ReadyFacts = {
  stalled: [],
  asDesired: true,
  rolledOut: true,
  unready: undefined,
  available: true,
  scaledToZero: false,
  wasInForce: true,
  suspended: false,
  maintenancePage: undefined,
  ending: false,
  failure: undefined,
};
/** A generation that no pass has brought into force yet, while the one before serves. */
const rolling: ReadyFacts = { ...serving, wasInForce: false, rolledOut: false };
const stall = { reason: 'ImagePullFailed', message: 'The image cannot be pulled.' };
const starting = { status: 'False', reason: 'Starting', message: 'The database starts.' } as const;

describe('ready', () => {
  const rows: { title: string; facts: ReadyFacts; status: string; reason: string; message?: string }[] = [
    { title: 'in force and serving', facts: serving, status: 'True', reason: 'Serving' },
    {
      title: 'in force for the first time',
      facts: { ...serving, wasInForce: false },
      status: 'True',
      reason: 'Serving',
    },
    {
      title: 'in force, and in maintenance',
      facts: { ...serving, maintenancePage: 'Maintenance' },
      status: 'True',
      reason: 'Maintenance',
      message: 'The spec is in force: visitors get the maintenance page.',
    },
    {
      title: 'something had to be written',
      facts: { ...serving, wasInForce: false, asDesired: false },
      status: 'Unknown',
      reason: 'Progressing',
      message: 'The spec is being brought into force.',
    },
    { title: 'old pods are left', facts: rolling, status: 'Unknown', reason: 'Progressing' },
    {
      title: 'a component is not ready',
      facts: { ...serving, wasInForce: false, unready: starting },
      status: 'Unknown',
      reason: 'Progressing',
      message: 'The database starts.',
    },
    {
      title: 'rolled out, and no pod is available',
      facts: { ...serving, wasInForce: false, available: false },
      status: 'Unknown',
      reason: 'Progressing',
    },
    {
      title: 'a first start, nothing serves yet',
      facts: { ...rolling, available: false },
      status: 'Unknown',
      reason: 'Progressing',
    },
    {
      title: 'the pass was cut off',
      facts: { ...serving, wasInForce: false, failure: 'The last pass was cut off.' },
      status: 'Unknown',
      reason: 'Progressing',
      message: 'The last pass was cut off.',
    },
    {
      title: 'a pod is drained within the generation',
      facts: { ...rolling, wasInForce: true },
      status: 'True',
      reason: 'Serving',
    },
    {
      title: 'the database restarts within the generation',
      facts: { ...serving, unready: starting },
      status: 'True',
      reason: 'Serving',
    },
    {
      title: 'something is repaired within the generation',
      facts: { ...serving, asDesired: false },
      status: 'True',
      reason: 'Serving',
    },
    {
      title: 'a pass is cut off within the generation',
      facts: { ...serving, failure: 'The last pass was cut off.' },
      status: 'True',
      reason: 'Serving',
    },
    {
      title: 'the last pod is gone within the generation',
      facts: { ...rolling, wasInForce: true, available: false },
      status: 'False',
      reason: 'Unavailable',
    },
    {
      title: 'stalled, while the release before serves',
      facts: { ...rolling, stalled: [stall] },
      status: 'False',
      reason: 'ImagePullFailed',
      message: 'The image cannot be pulled.',
    },
    {
      title: 'stalled within the generation',
      facts: { ...serving, stalled: [stall] },
      status: 'False',
      reason: 'ImagePullFailed',
    },
    {
      title: 'stalled for two reasons',
      facts: { ...serving, stalled: [stall, { reason: 'NameTaken', message: 'The Service is taken.' }] },
      status: 'False',
      reason: 'ImagePullFailed',
      message: 'The image cannot be pulled. The Service is taken.',
    },
    {
      title: 'stalled twice with one sentence',
      facts: { ...serving, stalled: [stall, stall] },
      status: 'False',
      reason: 'ImagePullFailed',
      message: 'The image cannot be pulled.',
    },
    {
      title: 'no replicas wanted',
      facts: { ...serving, wasInForce: false, available: false, scaledToZero: true },
      status: 'True',
      reason: 'ScaledToZero',
    },
    {
      title: 'no replicas wanted, and one terminates still',
      facts: { ...rolling, available: false, scaledToZero: true },
      status: 'Unknown',
      reason: 'Progressing',
    },
    {
      title: 'suspended in force',
      facts: { ...serving, suspended: true },
      status: 'True',
      reason: 'Suspended',
    },
    {
      title: 'suspended with changes that wait',
      facts: { ...serving, wasInForce: false, asDesired: false, suspended: true },
      status: 'Unknown',
      reason: 'Suspended',
    },
    {
      title: 'suspended, and no pod serves',
      facts: { ...rolling, wasInForce: true, available: false, suspended: true },
      status: 'False',
      reason: 'Unavailable',
    },
    {
      title: 'suspended and stalled',
      facts: { ...rolling, suspended: true, stalled: [stall] },
      status: 'False',
      reason: 'ImagePullFailed',
    },
    { title: 'being deleted', facts: { ...serving, ending: true }, status: 'Unknown', reason: 'Deleting' },
    {
      title: 'being deleted, and that fails',
      facts: { ...serving, ending: true, stalled: [stall], failure: 'The last pass was cut off.' },
      status: 'Unknown',
      reason: 'Deleting',
      message: 'The last pass was cut off.',
    },
  ];
  for (const { title, facts, status, reason, message } of rows) {
    it(`${title}: ${status}/${reason}`, () => {
      const verdict = ready(facts);
      assert.deepEqual([verdict.status, verdict.reason], [status, reason]);
      if (message !== undefined) assert.equal(verdict.message, message);
    });
  }
});

describe('the worst of the parts', () => {
  const part = (status: 'True' | 'False' | 'Unknown', reason: string) => ({
    status,
    reason,
    message: reason,
  });
  const rows: [string, ReturnType<typeof part>[], string | undefined][] = [
    ['of none that is unready', [part('True', 'Serving')], undefined],
    [
      'is the first of those that take their time',
      [part('Unknown', 'Provisioning'), part('Unknown', 'Starting')],
      'Provisioning',
    ],
    [
      'is in trouble, and not the one that waits for it',
      [part('Unknown', 'Starting'), part('Unknown', 'Unschedulable')],
      'Unschedulable',
    ],
    [
      'is not well, and not the one in trouble that may pass',
      [part('Unknown', 'Unschedulable'), part('False', 'Unavailable')],
      'Unavailable',
    ],
  ];
  for (const [title, parts, reason] of rows) it(title, () => assert.equal(worst(parts)?.reason, reason));
});
