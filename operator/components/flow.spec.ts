import assert from 'node:assert/strict';
import type { Component } from './component.ts';
import { flowsOf } from './flow.ts';
import type { Flow } from './flow.ts';
import { observed, testSite } from '../testing/site.ts';
import { condition } from './web/condition.ts';

function component(name: Component['name'], part: Partial<Component>): Component {
  const ready = { status: 'True', reason: 'Serving', message: '' } as const;
  return {
    name,
    condition,
    rights: [],
    enabled: () => true,
    manifests: () => [],
    report: () => ({ ready }),
    ...part,
  };
}

describe('flows', () => {
  const database: Flow[] = [{ from: 'site-image', to: 'database', port: 3306 }];
  const visitors: Flow[] = [{ from: 'visitors', to: 'web', port: 6081 }];

  it('from the image are flows from each component that runs it, and from commands', () => {
    const components = [
      component('database', { flows: () => database }),
      component('application', { runsImage: true }),
      component('web', { runsImage: true, flows: () => visitors }),
    ];
    assert.deepEqual(flowsOf(components, testSite(), observed()), [
      { from: 'application', to: 'database', port: 3306 },
      { from: 'web', to: 'database', port: 3306 },
      { from: 'command', to: 'database', port: 3306 },
      ...visitors,
    ]);
  });

  it('from the image are those of commands where no component runs it', () => {
    assert.deepEqual(flowsOf([component('database', { flows: () => database })], testSite(), observed()), [
      { from: 'command', to: 'database', port: 3306 },
    ]);
  });
});
