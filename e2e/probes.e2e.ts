import assert from 'node:assert/strict';
import { apply, image, namespace } from './support/cluster.ts';
import { applyAndWait, operator, stalledFor } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** Web resources of a small site, with a variable. */
function web(env: Record<string, string>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resources: { requests: { cpu: '5m', memory: '32Mi' }, limits: { cpu: '1', memory: '256Mi' } },
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ...more,
  };
}

/** Applications that answer not everybody: the kubelet asks as a visitor does. */
describe('an application that is asked by the kubelet', function () {
  operator();
  const ns = namespace('story-probes');
  let good = '';

  before(async () => {
    good = await image('node-example-1');
  });

  const particular: Record<string, Record<string, string>> = {
    'knows its host': { ALLOWED_HOST: 'knows-its-host.example' },
    'forces https': { FORCE_HTTPS: '1' },
    'knows its host and forces https': {
      ALLOWED_HOST: 'knows-its-host-and-forces-https.example',
      FORCE_HTTPS: '1',
    },
  };
  for (const [what, env] of Object.entries(particular)) {
    it(`becomes ready when it ${what}`, async () => {
      const name = what.replaceAll(' ', '-');
      await applyAndWait(ns, smallSite(name, good, { web: web(env) }), 60);
    });
  }

  it('may take as long to start as it says', async () => {
    const slow = web({ START_SECONDS: '20' }, { startupSeconds: 90 });
    await applyAndWait(ns, smallSite('slow', good, { web: slow }), 90);
  });

  it('is told what it answered when that was no yes', async () => {
    const wrong = web({ ALLOWED_HOST: 'other.example' }, { startupSeconds: 10 });
    await apply(ns, smallSite('wrong', good, { web: wrong }));
    const message = await stalledFor(ns, 'wrong', 'ContainerCrashing', 60);
    assert.match(
      message,
      /did not answer GET \/ on port 3000 with 2xx or 3xx within 10 seconds of its start \(its last answer was 400\)/,
    );
  });
});
