import type { Site } from './site.ts';

export const heldThings = ['Changes', 'Commands', 'Cron', 'Tasks', 'Workers'] as const;
export const holders = ['spec.suspend', 'release.command'] as const;

/** Somebody wants that something of a site is not done for now. Whoever is about to do it asks. */
export interface Hold {
  readonly who: (typeof holders)[number];
  /** Changes: nothing of the site is written. Commands: none of a release begins. Tasks: new ones are refused. */
  readonly what: readonly (typeof heldThings)[number][];
  readonly why: string;
}

interface Command {
  holdsCron: boolean;
  stopsWorkers: boolean;
}

/** Of what the spec says, and of what is known of the command of a release. */
export function holds({ suspend = false }: { suspend?: boolean }, command?: Command): Hold[] {
  return [
    ...(suspend ? [ofSpec] : []),
    ...(command?.holdsCron === true || command?.stopsWorkers === true ? [ofCommand(command)] : []),
  ];
}

const ofSpec: Hold = {
  who: 'spec.suspend',
  what: ['Changes', 'Commands', 'Cron', 'Tasks'],
  why: 'spec.suspend is true.',
};

function ofCommand({ holdsCron, stopsWorkers }: Command): Hold {
  return {
    who: 'release.command',
    what: [...(holdsCron ? (['Cron'] as const) : []), ...(stopsWorkers ? (['Workers'] as const) : [])],
    why: stopsWorkers
      ? 'Nothing else works on the data while the command of the release does, and no worker before the release serves.'
      : 'No cron job begins before the command of the release is done.',
  };
}

export function isHeld(site: Pick<Site, 'holds'>, what: Hold['what'][number]): boolean {
  return site.holds.some((hold) => hold.what.includes(what));
}
