import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expectGolden } from '../../tools/golden.ts';
import { exampleOf } from '../api/field-words.ts';
import { hostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { hostedSite } from '../kinds/hosted-site/index.ts';
import { resolve } from '../sites/resolve.ts';
import { hostedSite as siteObject, settings } from '../testing/world.ts';
import { reasons } from '../kinds/hosted-site/reasons.ts';
import type { PresetName } from '../presets/preset.ts';
import type { Manifest, Observed, Owned, Released, Site } from './component.ts';
import { flowsOf } from './flow.ts';
import { byName, components } from './index.ts';
import type { ComponentName } from './index.ts';
import { documents, liveObject, livePod, observed, released, testSite } from '../testing/site.ts';

const folder = new URL('.', import.meta.url);
/** `pod` is what components share of pods. */
const noComponents = new Set(['golden', 'pod']);
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !noComponents.has(entry.name))
  .map(({ name }) => name);

/** What is said of the site as a whole. */
const fieldsOfSite = [
  ...['image', 'imagePullSecrets', 'preset', 'hosts', 'environment', 'size', 'replicas'],
  ...['suspend', 'deletionPolicy', 'ttl'],
];

/** What `sites/desired.ts` gathers, without labels and owners. */
function wholeSite(site: Site, seen: Observed): Owned[] {
  const enabled = components.filter((component) => component.enabled(site));
  const bindings = enabled.map((component) => component.bindings?.(site, seen) ?? {});
  const sidecars = enabled.map((component) => component.sidecar?.(site, seen) ?? {});
  const all: Released = released({
    bindings: {
      env: bindings.flatMap(({ env = [] }) => env),
      volumes: bindings.flatMap(({ volumes = [] }) => volumes),
      mounts: bindings.flatMap(({ mounts = [] }) => mounts),
    },
    sidecars: {
      initContainers: sidecars.flatMap(({ initContainers = [] }) => initContainers),
      volumes: sidecars.flatMap(({ volumes = [] }) => volumes),
    },
    flows: flowsOf(enabled, site, seen),
    servingPort: sidecars.find(({ servingPort }) => servingPort !== undefined)?.servingPort ?? 'application',
  });
  const template = enabled.flatMap((one) => one.podTemplate?.(site, seen, all) ?? [])[0] ?? assert.fail();
  const run = { ...all, revision: { ...all.revision, template } };
  return enabled.flatMap((component) => component.manifests(site, seen, run));
}

const serving = observed({
  owned: [liveObject('StatefulSet', 'shop-database', { status: { readyReplicas: 1 } })],
});
const installed = liveObject('Job', 'shop-install', {
  status: { conditions: [{ type: 'Complete', status: 'True' }] },
});
/** With every field of every component, as its example has it. */
function siteOfEverything(): Site {
  const fields = components.flatMap((one) => Object.keys(one.fields ?? {}));
  const examples = fields.map((field) => [field, exampleOf(hostedSite.words, `spec.${field}`)]);
  const spec = { preset: 'WordPress', ...Object.fromEntries(examples) } as Partial<HostedSiteSpec>;
  return resolve(siteObject(spec), settings);
}
const siteOf = (preset: PresetName): Site =>
  preset === 'WordPress' ? testSite() : testSite({ preset, database: undefined, files: undefined });

describe('the components', () => {
  it('are the folders on disk', () => {
    assert.deepEqual(
      components.map(({ name }) => name).sort(),
      folders.sort(),
      'each folder has its line in components/index.ts',
    );
  });

  it('are listed by their names', () => {
    for (const [name, component] of Object.entries(byName)) assert.equal(component.name, name);
  });

  const order: [earlier: ComponentName[], later: ComponentName][] = [
    [['network'], 'files'],
    [['network', 'files', 'database', 'object-cache', 'image', 'application', 'cache'], 'web'],
    [['web'], 'route'],
  ];
  for (const [earlier, later] of order) {
    it(`are written in an order: ${later} after what guards its pods, and what they mount and read`, () => {
      const names = components.map(({ name }) => name);
      for (const one of earlier) assert.ok(names.indexOf(one) < names.indexOf(later), one);
      assert.equal(names[0], 'network');
    });
  }

  for (const name of folders) {
    it(`${name} says in its readme what it makes, why, and what can go wrong`, () => {
      const readme = new URL(`${name}/readme.md`, folder);
      assert.ok(existsSync(readme), 'write a readme.md');
      const text = readFileSync(readme, 'utf8');
      for (const heading of ['## What it makes', '## Why', '## What can go wrong']) {
        assert.ok(text.includes(heading), `${heading} is missing`);
      }
    });

    it(`${name} has a golden file`, () => {
      const golden = new URL(`${name}/golden/`, folder);
      assert.ok(
        existsSync(golden) && readdirSync(golden).length > 0,
        'compare its objects with a golden file',
      );
    });
  }

  it('have a condition each', () => {
    const types = components.map(({ condition }) => condition.type);
    assert.equal(new Set(types).size, components.length);
  });

  it('have their fields in the schema, and the schema has no others', () => {
    const fields = Object.entries(Object.assign({}, ...components.map((one) => one.fields ?? {})) as object);
    const shape = hostedSiteSpec.shape as unknown as Readonly<Record<string, { unwrap?: () => unknown }>>;
    for (const [field, schema] of fields) {
      const written =
        shape[field]?.unwrap?.() ?? assert.fail(`hosted-site.ts has no optional field ${field}`);
      assert.equal(written, schema, `${field} has another schema in hosted-site.ts`);
    }
    const ofSite = new Set<string>(fieldsOfSite);
    const known = (field: string) => ofSite.has(field) || fields.some(([name]) => name === field);
    for (const field of Object.keys(shape)) assert.ok(known(field), `${field} is in fields of no component`);
  });

  it('have one pod template', () => {
    assert.deepEqual(
      components.filter(({ podTemplate }) => podTemplate).map(({ name }) => name),
      ['web'],
    );
  });

  for (const preset of ['Generic', 'WordPress'] as const) {
    describe(`of a whole ${preset} site`, () => {
      const expected = wholeSite(siteOf(preset), serving);

      it('are the objects of the golden file', () => {
        expectGolden(
          new URL(`golden/${preset.toLowerCase()}-site.yaml`, folder),
          documents(expected.map(withoutPrograms)),
        );
      });

      it('have names of their own, and say nothing of namespace, labels and owner', () => {
        const keys = expected.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);
        assert.equal(new Set(keys).size, keys.length);
        for (const { object } of expected) assert.deepEqual(Object.keys(object.metadata), ['name']);
      });

      it('declare every kind that they make', () => {
        const declared = new Set<string>(components.flatMap(({ rights }) => rights.map(({ kind }) => kind)));
        for (const { object } of expected) assert.ok(declared.has(object.kind), object.kind);
      });

      it('mount every volume that they declare, and no other', () => {
        for (const { object } of expected) {
          const pod = podOf(object);
          if (pod === undefined) continue;
          const mounted = [...(pod.initContainers ?? []), ...pod.containers].flatMap(
            ({ volumeMounts = [] }) => volumeMounts,
          );
          assert.deepEqual(
            new Set(mounted.map(({ name }) => name)),
            new Set(pod.volumes.map(({ name }) => name)),
          );
        }
      });

      it('request processor time for every container, else an autoscaler could not tell the load', () => {
        for (const { object } of expected) {
          const pod = podOf(object);
          for (const { resources } of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])])
            assert.ok((resources?.requests ?? {})['cpu']);
        }
      });

      it('run restricted pods with limits', () => {
        for (const { object } of expected) {
          const pod = podOf(object);
          for (const container of [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]) {
            assert.equal(container.securityContext?.allowPrivilegeEscalation, false);
            assert.deepEqual(Object.keys(container.resources?.limits ?? {}).sort(), [
              'cpu',
              'ephemeral-storage',
              'memory',
            ]);
          }
        }
      });
    });
  }

  it('say so when their pods run the image of the site', () => {
    const site = siteOfEverything();
    const later = { ...serving, owned: [...serving.owned, installed] };
    const template = components.flatMap((one) => one.podTemplate?.(site, later, released()) ?? [])[0];
    const { image } = site;
    const all = released({ revision: { image, template: template ?? assert.fail() } });
    // Of an image whose tag is not resolved there is nothing to find out.
    const enabled = components.filter(({ name }) => name !== 'image');
    for (const one of enabled) {
      assert.ok(one.enabled(site), `with the example of its fields in words.ts, ${one.name} is not enabled`);
      const templates = one.podTemplate === undefined ? [] : [one.podTemplate(site, later, all)];
      const made = [serving, later].flatMap((seen) =>
        one.manifests(site, seen, all).flatMap(({ object }) => podOf(object) ?? []),
      );
      const pods = [...templates.map(({ spec }) => spec), ...made];
      const runs = JSON.stringify(pods).includes(`"${site.image}"`);
      assert.equal(one.runsImage ?? false, runs, one.name);
    }
  });

  it('let visitors in where the Service sends them', () => {
    const site = testSite();
    const edges = components.flatMap((one) => one.sidecar?.(site, serving) ?? []);
    const edge = edges.find(({ servingPort }) => servingPort !== undefined);
    const ports = edge?.initContainers?.flatMap(
      (one) => one['ports'] as { name: string; containerPort: number }[],
    );
    const open = flowsOf(components, site, serving).flatMap((flow) =>
      flow.from === 'visitors' ? [flow] : [],
    );
    const port = ports?.find(({ name }) => name === edge?.servingPort)?.containerPort;
    assert.deepEqual(open, [{ from: 'visitors', to: 'web', port }]);
  });

  it('give reasons that are documented', () => {
    const site = testSite({ replicas: 2, route: { ingressClassName: 'none' } });
    const seen = observed({ pods: [livePod()], storageClasses: new Map() });
    const given = components.flatMap((component) => [
      component.report(site, seen, released()).ready.reason,
      ...(component.refusals?.(site, seen) ?? []).map(({ reason }) => reason),
    ]);
    for (const reason of given) assert.ok(reason in reasons, reason);
  });
});

interface Pod {
  volumes: { name: string }[];
  containers: Container[];
  initContainers?: Container[];
}
interface Container {
  volumeMounts?: { name: string }[];
  securityContext?: { allowPrivilegeEscalation?: boolean };
  resources?: { limits?: object; requests?: Record<string, string> };
}

interface Templated {
  template?: { spec: Pod };
  jobTemplate?: { spec: Templated };
}

function podOf({ spec }: Manifest): Pod | undefined {
  const { template, jobTemplate } = (spec ?? {}) as Templated;
  return (template ?? jobTemplate?.spec.template)?.spec;
}

/** The VCL and the installation have golden files of their own. */
function withoutPrograms(one: Owned): Owned {
  const short = JSON.stringify(one.object, (key, value: unknown) => {
    if (typeof value === 'string' && value.includes('\n'))
      return `… ${key === 'site.vcl' ? 'VCL' : 'program'} …`;
    return value;
  });
  return { ...one, object: JSON.parse(short) as Manifest };
}
