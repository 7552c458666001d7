import assert from 'node:assert/strict';
import { customResourceDefinition } from '../api/crd.ts';
import { everyPasted } from '../kinds/hosted-site/pasted.ts';
import { components } from '../components/index.ts';
import { observed } from '../testing/site.ts';
import { resolve } from './resolve.ts';
import { hostedSite, settings } from '../testing/world.ts';
import { hostedSite as kind } from '../kinds/hosted-site/index.ts';

/** What the schema accepts, the operator may still refuse. */
describe('a site with a line pasted from a description', () => {
  const [version] = customResourceDefinition(kind).spec.versions;
  const aClass = { isDefault: true, allowVolumeExpansion: true };
  for (const { field, site } of everyPasted(version?.schema.openAPIV3Schema.properties?.['spec'] ?? {})) {
    it(`${field}: is not refused by the operator`, () => {
      const asked = hostedSite(site.spec);
      const resolved = resolve(asked, settings);
      const storageClasses = new Map([
        ['standard', aClass],
        ['fast', { ...aClass, isDefault: false }],
      ]);
      const seen = observed({ site: asked, storageClasses });
      const enabled = components.filter((component) => component.enabled(resolved));
      const refusals = enabled.flatMap((component) => component.refusals?.(resolved, seen) ?? []);
      assert.deepEqual(refusals, []);
    });
  }
});
