import assert from 'node:assert/strict';
import { components } from '../components/index.ts';
import { storedRevision } from './revision.ts';
import { World } from '../testing/world.ts';

const image = 'registry.example.org/shop:1';

describe('the first host, which the probes of a release ask for', () => {
  it('is that of the hosts that the release was made for', async () => {
    const world = new World({ image, hosts: ['old.example.org'] }, components);
    await world.bringUp();
    world.change({ hosts: ['new.example.org', 'old.example.org'] });
    await world.bringUp();
    const templates = world.cluster
      .list('ControllerRevision')
      .flatMap((object) => storedRevision(object) ?? [])
      .map(({ template }) => JSON.stringify(template));
    assert.equal(templates.length, 2);
    for (const host of ['new.example.org', 'old.example.org'])
      assert.equal(templates.filter((text) => text.includes(`"value":"${host}"`)).length, 1, host);
  });
});
