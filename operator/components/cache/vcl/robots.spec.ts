import assert from 'node:assert/strict';
import { testSite } from '../../../testing/site.ts';
import { vcl } from './vcl.ts';

describe('robots', () => {
  const robots = (environment: 'Production' | 'Staging' | 'Development') =>
    vcl(testSite({ environment })).match(/robots|Disallow: \//gi)?.length ?? 0;

  it('are the matter of the application in Production', () => {
    assert.equal(robots('Production'), 0);
  });

  for (const environment of ['Staging', 'Development'] as const) {
    it(`are told to go by the edge in ${environment}, and by every answer`, () => {
      const text = vcl(testSite({ environment }));
      assert.match(text, /synth\(200\)[^]*req\.url ~ "\^\/robots\[\.\]txt\(\?:\[\?\]\|\$\)"/);
      assert.match(text, /\{"User-agent: \*\nDisallow: \/\n"\}/);
      for (const answer of ['vcl_deliver', 'vcl_synth']) {
        const body = new RegExp(`^sub ${answer} {\\n[^]*?^}`, 'm').exec(text)?.[0] ?? '';
        assert.match(body, /X-Robots-Tag = "noindex, nofollow"/, answer);
      }
    });
  }

  it('are told so whether pages are stored or not', () => {
    const text = vcl(testSite({ environment: 'Staging', cache: { mode: 'Pass' } }));
    assert.match(text, /Disallow: \//);
  });
});
