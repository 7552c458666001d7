import type { Manifest, Remark } from '../../components/component.ts';
import { silent } from '../../components/pod/silence.ts';
import { ApiError } from '../../kube/errors.ts';
import { isRecord } from '../../objects/difference.ts';
import { siteKey } from '../site-key.ts';
import type { Observed } from '../../releases/observed.ts';
import type { SiteContext } from '../context.ts';
import { pause } from './asks-at.ts';

/** What was said of a site's objects, by UID, and when it was asked. */
export interface Answers {
  at: Date;
  remarks: ReadonlyMap<string, readonly Remark[]>;
}

/** Objects that are asked about at once. */
const most = 5;

/**
 * What was observed, with what the cluster's controllers said of those objects that do not come up and do not say why. The only
 * reader of Events: one LIST about one object, and none for a site that is well.
 */
export async function informed(seen: Observed, context: SiteContext): Promise<Observed> {
  const { answers } = context;
  const { namespace, name } = seen.site.metadata;
  const key = siteKey(namespace, name);
  const objects = due(seen);
  if (objects.length === 0) {
    answers.delete(key);
    return seen;
  }
  const known = answers.get(key);
  const isFresh = known !== undefined && seen.now.getTime() - known.at.getTime() < pause;
  if (isFresh && objects.every(({ metadata }) => known.remarks.has(metadata.uid ?? '')))
    return { ...seen, remarks: known.remarks };
  const pairs = objects.map(
    async (object) => [object.metadata.uid ?? '', await remarksOn(object, context)] as const,
  );
  const remarks = new Map(await Promise.all(pairs));
  answers.set(key, { at: seen.now, remarks });
  return { ...seen, remarks };
}

function due(seen: Observed): Manifest[] {
  return silent(seen)
    .filter(({ from }) => from <= seen.now)
    .map(({ object }) => object)
    .slice(0, most);
}

/** A site is not held up because nobody can say more of it. */
async function remarksOn(object: Manifest, { cluster, log }: SiteContext): Promise<Remark[]> {
  try {
    return (await cluster.eventsOn(object)).map(remark);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log.info('events not read', { kind: object.kind, error: error.message });
    return [];
  }
}

/** Events of older controllers have their time in other fields. */
function remark(event: Manifest): Remark {
  const { reason, note, regarding, series, deprecatedLastTimestamp, eventTime } = event;
  const field = isRecord(regarding) ? regarding['fieldPath'] : undefined;
  const repeated = isRecord(series) ? series['lastObservedTime'] : undefined;
  const at = Date.parse(text(repeated ?? deprecatedLastTimestamp ?? eventTime));
  return { reason: text(reason), message: text(note), field: text(field), at: Number.isNaN(at) ? 0 : at };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
