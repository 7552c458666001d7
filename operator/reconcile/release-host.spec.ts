import assert from 'node:assert/strict';
import type { Manifest, PodTemplate } from '../components/component.ts';
import { components } from '../components/index.ts';
import { contentHash } from './hash.ts';
import { storedRevision } from './revision.ts';
import { World } from './test-world.ts';

const image = 'registry.example.org/shop:1';

async function inForce(): Promise<World> {
  const world = new World({ image, hosts: ['old.example.org'] }, components);
  await world.bringUp();
  return world;
}

function revisions(world: World): string[] {
  return world.cluster
    .list('ControllerRevision')
    .flatMap((object) => storedRevision(object) ?? [])
    .map(({ template }) => JSON.stringify(template));
}

/** Makes it the work of an operator whose probes asked for no host and whose inputs held none. */
function asBefore(world: World): void {
  const [revision] = world.cluster.list('ControllerRevision');
  world.cluster.edit('ControllerRevision', 'customer-a', revision?.metadata.name ?? '', (object) => {
    const data = object['data'] as { inputs: string; template: PodTemplate };
    data.inputs = contentHash({ image });
    askNoHost(data.template);
  });
  world.cluster.edit('Deployment', 'customer-a', 'shop-web', (object: Manifest) => {
    askNoHost((object['spec'] as { template: PodTemplate }).template);
  });
}

function askNoHost({ spec }: PodTemplate): void {
  const [application] = spec['containers'] as { startupProbe: Probe; readinessProbe: Probe }[];
  delete application?.startupProbe.httpGet.httpHeaders;
  delete application?.readinessProbe.httpGet.httpHeaders;
}

interface Probe {
  httpGet: { httpHeaders?: unknown };
}

describe('the first host, which the probes of a release ask for', () => {
  it('makes a release when it changes', async () => {
    const world = await inForce();
    world.change({ hosts: ['new.example.org', 'old.example.org'] });
    await world.bringUp();
    const [first = '', second = '', ...more] = revisions(world);
    assert.deepEqual(more, []);
    assert.ok([first, second].some((text) => text.includes('"value":"new.example.org"')));
  });

  it('makes none when a host is added after it', async () => {
    const world = await inForce();
    world.change({ hosts: ['old.example.org', 'more.example.org'] });
    await world.bringUp();
    assert.equal(revisions(world).length, 1);
  });

  it('makes none of a release that was rendered before probes asked for it', async () => {
    const world = await inForce();
    asBefore(world);
    const before = revisions(world);
    await world.settle();
    await world.bringUp();
    assert.deepEqual(revisions(world), before);
  });
});
