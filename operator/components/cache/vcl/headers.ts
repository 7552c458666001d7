/**
 * Headers of a request, by what the edge makes of them. A page is stored for everybody, so it is made from nothing but
 * what it is found by: see docs/understand/adr/0015-a-stored-page-is-made-from-what-it-is-found-by.md.
 */

/** Who asks, in words that applications and the gateways before them use. Their answers are for that person alone. */
export const identities = [
  'Authorization',
  'X-Access-Token',
  'X-Api-Key',
  'X-Auth-Request-User',
  'X-Auth-Token',
  'X-CSRF-Token',
  'X-Forwarded-Client-Cert',
  'X-Forwarded-Tls-Client-Cert',
  'X-Forwarded-Tls-Client-Cert-Info',
  'X-Forwarded-User',
  'X-Remote-User',
  'X-WP-Nonce',
];

/** Of other proxies' making: frameworks make addresses, and plugins visitors, of them. Any visitor may have written them. */
export const untrusted = [
  'CF-Connecting-IP(?:v6)?',
  'CF-Visitor',
  '(?:True-|Fastly-|X-|X-Cluster-|X-Azure-|X-Appengine-User-)?Client-?IP',
  'Forwarded',
  'Front-End-Https',
  // It would become HTTP_PROXY in a CGI.
  'Proxy',
  'X-Arr-Ssl',
  'X-Envoy-(?:External-Address|Original-(?:Host|Path))',
  'X-Forwarded',
  'X-Forwarded-(?:By|Path|Port|Prefix|Protocol|Scheme|Server|Ssl|Uri)',
  'X-Host',
  'X-HTTP-Host-Override',
  'X-HTTP-(?:DestinationURL|Path|URI)',
  'X-Original-(?:Forwarded-For|Host|Path|URI|URL)',
  'X-ProxyUser-IP',
  'X-Remote-(?:Addr|IP)',
  'X-Rewrite-URL',
  'X-Scheme',
  'X-Script-Name',
  'X-Url-Scheme',
];

/** They make something else of a GET, which nobody finds a page by. */
export const overrides = ['X-HTTP-Method(?:-Override)?', 'X-Method-Override'];

/** All that the application learns of a request whose answer may be stored. */
export const allowed = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  // Only what the VCL writes: Varnish passes no visitor's on.
  'Connection',
  'Host',
  // Varnish asks so whether a page that it has is still good; the visitor's own do not come so far.
  'If-Modified-Since',
  'If-None-Match',
  'User-Agent',
  // Whose visit it was, for logs and statistics.
  'X-Forwarded-(?:For|Host|Proto)',
  'X-Real-IP',
];

/**
 * What browsers, tracing and the usual proxies add to any request: a page does not depend on it, and the application does not
 * see it where its answer may be stored. A header that is in none of these lists may mean anything: it passes.
 */
export const insignificant = [
  ...allowed,
  ...untrusted,
  ...overrides,
  'A-IM',
  'Accept-Charset',
  'Alt-Used',
  'Cache-Control',
  'CDN-[^:]*',
  'CF-[^:]*',
  'CloudFront-[^:]*',
  'Connection',
  'Content-Length',
  'Cookie',
  'DNT',
  'From',
  'HTTP2-Settings',
  'If-[^:]*',
  'Keep-Alive',
  'Max-Forwards',
  'Origin',
  'Pragma',
  'Priority',
  'Proxy-[^:]*',
  '(?:X-)?Purpose',
  'Range',
  'Referer',
  'Save-Data',
  'Sec-[^:]*',
  'Service-Worker(?:-Navigation-Preload)?',
  'TE',
  'Upgrade',
  'Upgrade-Insecure-Requests',
  '(?:Device-Memory|DPR|Downlink|ECT|RTT|Viewport-Width|Width)',
  '(?:Traceparent|Tracestate|Baggage|B3|Sentry-Trace|Newrelic|Uber-Trace-Id|Grpc-Trace-Bin)',
  'X-(?:Amz|Amzn|B3|Cloud-Trace|Correlation|Datadog|Edge|Envoy|Kong|Newrelic|Ot|Request)-[^:]*',
  'X-(?:Akamai|Arr|Azure|Fastly|FB|Forwarded|Moz|Nginx|OperaMini|Real|Vercel|Wap)(?:-[^:]*)?',
  '(?:Akamai|Fastly)-[^:]*',
  'Via',
  'X-Varnish',
  // The application is told none of these anyway.
  '[^:]*_[^:]*',
  'X-HostedSite-(?!Unknown:)[^:]*',
];

/** Of `insignificant`, those that have one value in all requests that are looked up: an answer may depend on them. */
const settled = ['Accept', 'Accept-Encoding', 'Accept-Language', 'Cookie', 'Host', 'Origin', 'User-Agent'];

/** One line of a header with one of these names. */
export function named(names: readonly string[]): string {
  return `(?:${names.join('|')}):`;
}

const settledName = `(?:${settled.join('|')}|X-Forwarded-(?:Host|Proto))\\s*(?:,|$)`;

/** A name in a Vary that no list has: who sends such a header passes, unless a browser loads the page by itself. */
export const unknownVary = `(?i)(?:^|,)(?!\\s*(?:[*]|${settledName}))[^,]*`;

/** A Vary that names what the application was not shown. */
export const unsettledVary =
  `(?i)(?:^|,)\\s*(?!${settledName})` +
  `(?:${insignificant.join('|').replaceAll('[^:]', '[^:,]').replaceAll('(?!Unknown:)', '')})\\s*(?:,|$)`;
