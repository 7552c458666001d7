import type { Site } from '../../component.ts';
import { quoted } from './patterns.ts';

/**
 * Who a visitor is: an address, by one rule for the application and for `maintenance.allowFrom`. The last entry of
 * X-Forwarded-For is what Varnish has added itself: the address of the ingress controller, whose word is believed. So the entry
 * before is who came to the controller. Is that a trusted proxy, then so is the word of that one, and so on; what stands before
 * the first that is none, any visitor may have written.
 */

/** As many proxies may stand one behind the other. */
const hops = 8;

/** In a subroutine of its own; `request` is what the headers belong to, `req` or `bereq`. */
export function visitor({ route: { trustedProxies = [] } }: Site, request: 'req' | 'bereq'): string {
  const header = `${request}.http.X-Forwarded-For`;
  const last = `regsub(${header}, "^.*[,\\s]", "")`;
  const hop = `sub hostedsite_trusted_hop {
    if (${header} ~ "," &&
        std.ip(${last}, "0.0.0.0", resolve = false) ~ trusted_proxies) {
        ${without(header)}
    }
}

`;
  const calls = '    call hostedsite_trusted_hop;\n'.repeat(hops);
  return `${trustedProxies.length === 0 ? '' : `${acl('trusted_proxies', trustedProxies)}\n\n${hop}`}sub hostedsite_visitor {
    std.collect(${header});
    # Some proxies write ports and brackets.
    if (${header} ~ "\\[|[.][0-9]+:") {
        set ${header} = regsuball(regsuball(${header}, "\\[([^],]*)\\](?::[0-9]+)?", "\\1"), "([.][0-9]+):[0-9]+", "\\1");
    }
    ${without(header)}
${trustedProxies.length === 0 ? '' : calls}    set ${header} = ${last};
    # What is no address was written by nobody who is trusted; without a host std.ip would take it for loopback.
    if (${header} !~ "^(?:[0-9]+[.][0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*)$" ||
        std.ip(${header}, "0.0.0.0", resolve = false) == std.ip("0.0.0.0")) {
        set ${header} = "0.0.0.0";
    }
    set ${request}.http.X-Real-IP = ${header};
}`;
}

/** The last entry goes, unless it is the only one. */
function without(header: string): string {
  return `set ${header} = regsub(${header}, "\\s*,[^,]*$", "");`;
}

export function acl(name: string, ranges: readonly string[]): string {
  return `acl ${name} {\n${ranges.map((range) => `    ${entry(range)};`).join('\n')}\n}`;
}

/** The schema has refused what is no range; VCL would look a name up. */
function entry(range: string): string {
  const [, address = '', length = ''] = /^([0-9a-fA-F:.]+)\/([0-9]{1,3})$/.exec(range) ?? [];
  if (address === '') throw new Error(`${range} is no range of addresses`);
  return `${quoted(address)}/${length}`;
}
