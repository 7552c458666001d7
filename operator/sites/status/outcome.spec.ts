import assert from 'node:assert/strict';
import type { Report } from '../../components/component.ts';
import type { Judgement } from '../../releases/judgement.ts';
import { settled, stalled, waiting } from '../../kube/outcome.ts';
import type { Outcome } from '../../kube/outcome.ts';
import { earliest, outcomeOf } from './outcome.ts';
import { sight } from '../../testing/world.ts';
import { condition } from '../../components/web/condition.ts';

const [noon, one] = [new Date('2030-01-01T12:00:00Z'), new Date('2030-01-01T13:00:00Z')];
const minuteLater = new Date('2030-01-01T12:01:00Z');

function judgement(recheckAt?: Date, refused = false): Judgement {
  const ready = { status: 'True', reason: 'Serving', message: 'It serves.' } as const;
  const report: Report = recheckAt === undefined ? { ready } : { ready, recheckAt };
  return {
    seen: sight([]),
    reports: [{ component: 'web', condition, report }],
    refusals: refused ? [{ reason: 'NameTaken', message: 'The Service is taken.' }] : [],
    asDesired: true,
  };
}

function conditions(...written: string[]) {
  return written.map((text) => {
    const [type = '', status = '', reason = ''] = text.split('/');
    return { type, status: status as 'True', reason, message: '', lastTransitionTime: '' };
  });
}

describe('outcome', () => {
  it('comes back to tell what was not told yet', () => {
    const status = { conditions: conditions('Ready/Unknown/Progressing') };
    assert.deepEqual(outcomeOf(judgement(one), status, noon), waiting('Progressing', noon));
  });

  it('says when to look again only when somebody asked', () => {
    assert.deepEqual(settled(), { kind: 'settled' });
    assert.deepEqual(settled(noon), { kind: 'settled', recheckAt: noon });
    assert.deepEqual(waiting('Progressing'), { kind: 'waiting', reason: 'Progressing' });
    assert.deepEqual(stalled(['NameTaken'], noon), {
      kind: 'stalled',
      reasons: ['NameTaken'],
      recheckAt: noon,
    });
  });

  it('takes the earliest wish to look again', () => {
    assert.equal(earliest([]), undefined);
    assert.equal(earliest([undefined]), undefined);
    assert.deepEqual(earliest([one, undefined, noon]), noon);
  });

  const rows: { title: string; judgement: Judgement; conditions: string[]; outcome: Outcome }[] = [
    { title: 'serves', judgement: judgement(), conditions: ['Ready/True/Serving'], outcome: settled() },
    {
      title: 'serves, and a component wants to look again',
      judgement: judgement(one),
      conditions: ['Ready/True/Serving'],
      outcome: settled(one),
    },
    {
      title: 'rolls out',
      judgement: judgement(),
      conditions: ['Ready/Unknown/Progressing'],
      outcome: waiting('Progressing'),
    },
    {
      title: 'is unavailable',
      judgement: judgement(),
      conditions: ['Ready/False/Unavailable'],
      outcome: waiting('Unavailable'),
    },
    {
      title: 'is suspended',
      judgement: judgement(),
      conditions: ['Ready/Unknown/Suspended'],
      outcome: settled(),
    },
    {
      title: 'is stalled by what its pods do: their events bring the next pass',
      judgement: judgement(),
      conditions: ['Ready/False/ImagePullFailed', 'Stalled/True/ImagePullFailed'],
      outcome: stalled(['ImagePullFailed']),
    },
    {
      title: 'is stalled by something that sends us no event',
      judgement: judgement(one, true),
      conditions: ['Ready/False/NameTaken', 'Stalled/True/NameTaken'],
      outcome: stalled(['NameTaken'], minuteLater),
    },
  ];
  for (const row of rows) {
    it(`of a site that ${row.title}`, () => {
      assert.deepEqual(outcomeOf(row.judgement, { conditions: conditions(...row.conditions) }), row.outcome);
    });
  }
});
