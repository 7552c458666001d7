import type { Bindings, Component, Site } from '../component.ts';
import { installation } from './job.ts';
import { names } from './names.ts';
import { report } from './report.ts';
import { secrets } from './secrets.ts';

/** What an application needs besides its image and its data: secrets that its pods share, and a first installation. */
export const application: Component = {
  name: 'application',
  kinds: ['Secret', 'Job', 'Pod'],
  enabled: ({ preset }) => preset.install !== undefined || Object.keys(preset.generatedEnv).length > 0,
  runsImage: true,
  bindings,
  manifests: (site, seen, all) => [...secrets(site), ...installation(site, seen, all)],
  report,
};

function bindings(site: Site): Bindings {
  const { secrets: name } = names(site);
  return {
    env: Object.keys(site.preset.generatedEnv).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name, key } },
    })),
  };
}
