import type { Bindings, Component, Observed, Site } from '../component.ts';
import { managed, unread, watched } from '../rights.ts';
import { condition, reasons } from './condition.ts';
import { effective, hidden } from './effective.ts';
import { configFilesBindings, configFilesCopies, configFilesRefusals } from './config-files.ts';
import { generatedSecrets, generatedVariables, variableRefusals } from './generated-env.ts';
import { installation } from './job.ts';
import { names } from './names.ts';
import { report } from './report.ts';
import { secrets } from './secrets.ts';
import { resolve } from './resolve.ts';
import { releaseSpec } from './spec.ts';
import { words } from './words.ts';

const declared = { condition, reasons };

/**
 * What an application needs besides its image and its data: secrets that its pods share, configuration, and a first installation.
 * Of the command of a release it tells; what it is and when it runs is decided in `releases/command`.
 */
export const application: Component<typeof declared> = {
  name: 'application',
  ...declared,
  rights: [...managed('ConfigMap', 'Job'), ...unread('Secret'), ...watched('Pod')],
  enabled: ({ preset, web, release }) =>
    preset.install !== undefined ||
    release !== undefined ||
    Object.keys(preset.generatedEnv).length + web.generatedEnv.length + web.configFiles.length > 0,
  runsImage: true,
  fields: { release: releaseSpec },
  words,
  resolve,
  effective,
  hidden,
  bindings,
  refusals: (site, seen) => [...variableRefusals(site), ...configFilesRefusals(site, seen)],
  manifests: (site, seen, all) => [
    ...secrets(site),
    ...generatedSecrets(site),
    ...configFilesCopies(site, seen),
    ...installation(site, seen, all),
  ],
  report,
};

function bindings(site: Site, seen: Observed): Bindings {
  const { secrets: name } = names(site);
  const shared = Object.keys(site.preset.generatedEnv).map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name, key } },
  }));
  return { ...configFilesBindings(site, seen), env: [...shared, ...generatedVariables(site)] };
}
