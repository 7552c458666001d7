import type { Component, Observed, Owned, Released, Site } from '../component.ts';
import { isInstalled, live } from '../live.ts';
import { isBehindCommand } from '../release-state.ts';
import { managed, watched } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { deployment } from './deployment.ts';
import { workerName } from './names.ts';
import { refusals } from './refusals.ts';
import { report } from './report.ts';
import { resolve } from './resolve.ts';
import { workersSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons };

/** Commands that run all the time beside the pods that serve: a Deployment for each, of the release that serves. */
export const workers: Component<typeof declared> = {
  name: 'workers',
  ...declared,
  rights: [...managed('Deployment'), ...watched('Pod')],
  fields: { workers: workersSpec },
  words,
  resolve,
  effective,
  hidden,
  runsImage: true,
  enabled: (site) => site.workers !== undefined,
  refusals,
  manifests,
  report,
};

/** One that runs already runs on, whatever becomes of the Job that tells of the first installation, and beside a release's command. */
function manifests(site: Site, seen: Observed, all: Released): Owned[] {
  const mayBegin = isInstalled(site, seen) && !isBehindCommand(all.state);
  return (site.workers ?? [])
    .filter((worker) => mayBegin || live(seen, 'Deployment', workerName(site, worker)) !== undefined)
    .map((worker) => deployment(site, worker, { seen, all }));
}
