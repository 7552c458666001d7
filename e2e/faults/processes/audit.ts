import { closeSync, openSync, readSync } from 'node:fs';

/** A request that changed something, as the API server has carried it out. */
export interface Write {
  /** The last part of the user's name: for a service account its own name. */
  readonly who: string;
  readonly verb: string;
  /** Plural, with "/status" and the like behind it. */
  readonly resource: string;
  readonly name: string;
  /** When the API server got it and when it had answered: milliseconds since the epoch, with fractions. */
  readonly receivedAt: number;
  readonly doneAt: number;
}

export interface AuditEvent {
  stage: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  objectRef?: { resource: string; subresource?: string; name?: string };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

const writing = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** The writes of an audit log that grows, in the order in which they were answered. */
export class Audit {
  readonly #path: string;
  readonly #writes: Write[] = [];
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** All until now: what is refused, dry or about a Lease is no write. */
  writes(): readonly Write[] {
    const lines = this.#news().split('\n');
    for (const line of lines) {
      const write = line === '' ? undefined : writeOf(JSON.parse(line) as AuditEvent);
      if (write !== undefined) this.#writes.push(write);
    }
    return this.#writes;
  }

  /** Whole lines since the last call. */
  #news(): string {
    const file = openSync(this.#path, 'r');
    const chunks = [this.#rest];
    const chunk = Buffer.alloc(1 << 20);
    for (let length = 1; length > 0; this.#offset += length) {
      length = readSync(file, chunk, 0, chunk.length, this.#offset);
      chunks.push(Buffer.from(chunk.subarray(0, length)));
    }
    closeSync(file);
    const all = Buffer.concat(chunks);
    const end = all.lastIndexOf('\n') + 1;
    this.#rest = all.subarray(end);
    return all.toString('utf8', 0, end);
  }
}

export function writeOf(event: AuditEvent): Write | undefined {
  const { objectRef } = event;
  if (objectRef === undefined || objectRef.resource === 'leases' || !isCarriedOut(event)) return undefined;
  const { resource, subresource, name = '' } = objectRef;
  return {
    who: event.user.username.split(':').at(-1) ?? '',
    verb: event.verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    name,
    receivedAt: milliseconds(event.requestReceivedTimestamp),
    doneAt: milliseconds(event.stageTimestamp),
  };
}

function isCarriedOut({ stage, verb, requestURI, responseStatus }: AuditEvent): boolean {
  if (stage !== 'ResponseComplete' || !writing.has(verb)) return false;
  // An answer that nobody waited for has no code, and may be to a write that was carried out.
  return !/[?&]dryRun=All/.test(requestURI) && (responseStatus?.code ?? 0) < 300;
}

/**
 * Those of `writes` that were carried out after somebody who came later had begun to write. Each of `processes` may
 * have one turn, and then never writes again.
 */
export function late(writes: readonly Write[], processes: ReadonlySet<string>): Write[] {
  const theirs = writes.filter(({ who }) => processes.has(who)).sort((a, b) => a.doneAt - b.doneAt);
  const begun = new Map<string, number>();
  for (const { who, receivedAt } of theirs) begun.set(who, Math.min(begun.get(who) ?? Infinity, receivedAt));
  return theirs.filter(({ who, doneAt }) =>
    [...begun].some(([other, at]) => other !== who && at > begun.get(who)! && doneAt > at),
  );
}

/** Date.parse knows three digits, the API server writes six. */
function milliseconds(time: string): number {
  const [, whole = '', micro = '0'] = /^(.*\.\d{3})(\d*)Z$/.exec(time) ?? [];
  return whole === '' ? Date.parse(time) : Date.parse(`${whole}Z`) + Number(`0.${micro}`);
}
