import type { Component } from '../component.ts';
import { deployment } from './deployment.ts';
import { podTemplate } from './pod-template.ts';
import { report } from './report.ts';
import { serviceAccount } from './service-account.ts';
import { service } from './service.ts';

export const web: Component = {
  name: 'web',
  kinds: ['ServiceAccount', 'Deployment', 'Service', 'ControllerRevision', 'Pod'],
  enabled: () => true,
  runsImage: true,
  podTemplate: (site, _seen, all) => podTemplate(site, all),
  manifests: (site, _seen, { revision, servingPort }) => [
    serviceAccount(site),
    deployment(site, revision),
    service(site, servingPort),
  ],
  report,
};
