import type { Manifest } from '../../operator/components/component.ts';

interface Told {
  readonly conditions?: readonly { type: string; status: string; reason: string }[];
  readonly release?: unknown;
}

/** What statuses say, in short: conditions by their reasons, and all of the release. */
export function inShort(sites: readonly Manifest[]): string {
  const each = sites.map(({ status = {} }) => {
    const { conditions = [], release } = status as Told;
    const words = conditions.map(({ type, status: is, reason }) => `${type} ${is} ${reason}`);
    return `${words.join(', ')}; release ${JSON.stringify(release)}`;
  });
  return each.length === 0 ? 'there is no site' : each.join(' | ');
}
