import type { Site } from '../../component.ts';

/** Copies of a site do not belong into search engines. What the application says itself, it says of the original. */

const file = 'req.url ~ "^/robots[.]txt(?:[?]|$)"';

export function robotsRequest({ environment }: Site): string {
  if (environment === 'Production') return '';
  return `    if (${file} && (req.method == "GET" || req.method == "HEAD")) {
        return (synth(200));
    }`;
}

/** Of every answer: a page may be known to a search engine from elsewhere. */
export function robots({ environment }: Pick<Site, 'environment'>): string {
  return environment === 'Production' ? '' : '\n    set resp.http.X-Robots-Tag = "noindex, nofollow";';
}

export function robotsAnswer({ environment }: Site): string {
  if (environment === 'Production') return '';
  return `    if (resp.status == 200 && ${file}) {
        set resp.body = {"User-agent: *
Disallow: /
"};
        return (deliver);
    }
`;
}
