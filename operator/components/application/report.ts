import type { Reason } from './condition.ts';
import type { Observed, Released, Report, Site } from '../component.ts';
import { refusedPods } from '../forbidden.ts';
import type { Refused } from '../forbidden.ts';
import { databaseServes, live } from '../live.ts';
import { podTrouble, podsOf, troubleReport } from '../pod/pod-trouble.ts';
import { selector } from '../selector.ts';
import { hasCondition } from './job.ts';
import { names } from './names.ts';

const pod: Refused = { whose: 'the first installation', fields: 'web.resources', kind: 'job' };

/** The command of a release comes after the installation, and what is wrong with it before that all is well. */
export function report(site: Site, seen: Observed, { command }: Pick<Released, 'command'> = {}): Report {
  const installation = installationReport(site, seen);
  const reported = command?.report;
  if (reported === undefined || reported.ready.status === 'False') return reported ?? installation;
  const isInstallationTold = installation.ready.status !== 'True' || reported.ready.status === 'True';
  return isInstallationTold && site.preset.install !== undefined ? installation : reported;
}

function installationReport(site: Site, seen: Observed): Report {
  const { install } = site.preset;
  if (install === undefined) return installed('The application needs no installation.');
  const { job: name, administrator } = names(site);
  const job = live(seen, 'Job', name);
  if (job === undefined) return waiting(site, seen);
  if (hasCondition(job, 'Complete')) {
    return installed(
      `Log in as ${install.adminUser}; the password is in the Secret ${administrator}, key password.`,
    );
  }
  if (hasCondition(job, 'Failed')) {
    const message = `The first installation failed. kubectl logs job/${name} says why; delete the Job to try again.`;
    return { ready: { status: 'False', reason: 'InstallFailed', message }, stalled: true };
  }
  const trouble =
    refusedPods(job, seen, pod) ?? podTrouble(podsOf(seen, selector(site, 'application')), seen);
  return trouble === undefined
    ? unknown('Installing', 'The first installation runs.')
    : troubleReport(trouble);
}

function waiting(site: Site, seen: Observed): Report {
  if (databaseServes(site, seen)) return unknown('Installing', 'The first installation begins.');
  return unknown('WaitingForDatabase', 'The first installation begins when the database takes connections.');
}

function installed(message: string): Report {
  return { ready: { status: 'True', reason: 'Installed', message } };
}

function unknown(reason: Reason, message: string): Report {
  return { ready: { status: 'Unknown', reason, message } };
}
