import type { Manifest } from '../../operator/components/component.ts';
import { siteName } from './scenarios-steps.ts';

/** A Service that stands where the site's own would be. */
export function foreignService(): Manifest {
  const ports = [{ port: 80, targetPort: 8080 }];
  const metadata = { name: `${siteName}-web` };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'foreign' }, ports } };
}

/** A Job that stands where the site's installation would be. */
export function foreignJob(): Manifest {
  const containers = [{ name: 'other', image: 'registry.example.org/other:1' }];
  const template = { spec: { containers, restartPolicy: 'Never' } };
  const metadata = { name: `${siteName}-install` };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { suspend: true, template } };
}
