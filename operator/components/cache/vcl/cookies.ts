import type { Site } from '../../component.ts';
import { cookieName, cookies, quoted } from './patterns.ts';

/** Which cookies make a request a person's own. */

/**
 * Cookies that no application reads: they belong to scripts in the browser, or to what stands before the site. Exact, because
 * frameworks name sessions after the application: `_gallery_session` is none of these.
 */
const wellKnown = [
  // Analytics and advertising
  '_ga(?:_[A-Z0-9]+)?',
  '_gid',
  '_gat(?:_(?:gtag_)?UA[-_0-9]+)?',
  '_gcl_(?:au|aw|dc|gs)',
  '_gac_UA[-_0-9]+',
  '__utm[abctvxz]{1,2}',
  '__gads|__gpi',
  '_fb[cp]',
  '_hj(?:id|[A-Z][A-Za-z]*(?:_[0-9]+)?)',
  '_pk_(?:id|ses|ref|cvar|hsr)[.][.0-9a-f]+',
  '_cl[cs]k',
  '_uet[sv]id(?:_exp)?',
  '_ttp|_tt_enable_cookie',
  '_pin_unauth',
  '_scid(?:_r)?',
  '_rdt_uuid',
  'hubspotutk|__hs(?:tc|sc|src)|__hs_(?:opt_out|do_not_track|initial_opt_in)',
  'li_fat_id',
  'mp_[0-9a-f]{32}_mixpanel',
  'ajs_anonymous_id',
  // Consent to those
  'Optanon(?:Consent|AlertBoxClosed)',
  'CookieConsent',
  'cookieyes-consent',
  'cookielawinfo-checkbox-[a-z-]+|viewed_cookie_policy|CookieLawInfoConsent',
  'cookie_notice_accepted',
  'borlabs-cookie',
  'cmplz_[a-z_-]+',
  'euconsent-v2|didomi_token',
  '_iub_cs-[0-9a-z-]+',
  'tarteaucitron|klaro',
  // Bot filters
  '__cf_bm|_cfuvid|__cfruid|cf_clearance',
  'ak_bmsc|bm_s[vz]|_abck',
  '(?:incap_ses|visid_incap|nlbi)_[0-9_]+',
  'datadome',
  // Load balancers
  'AWSALB(?:CORS|TG|TGCORS)?',
  'AWSELB(?:CORS)?',
  'ARRAffinity(?:SameSite)?',
  'GCLB|__cflb',
];

export function cookieRule({ preset, cache }: Site): string {
  const own = cache.keepCookies.map(cookieName);
  const kept = [...preset.passCookies, ...own];
  const ignored = [...wellKnown, ...cache.ignoreCookies.map(cookieName)];
  const pass = `        if (req.http.Cookie ~ ${quoted(cookies(kept, ignored, own))}) {
            return (pass);
        }
`;
  return `    # Several headers as one: a session may stand in the second.
    std.collect(req.http.Cookie, "; ");
    if (req.http.Cookie) {
${kept.length === 0 ? '' : pass}        unset req.http.Cookie;
    }`;
}
