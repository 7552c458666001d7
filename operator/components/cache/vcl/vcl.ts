import type { Site } from '../../component.ts';
import { redirect } from './redirects.ts';
import { connections, upgraded } from '../connections.ts';
import { asked, piped } from './fetch.ts';
import { renewalFailed, renewed, stores } from './renewal.ts';
import { found, receive } from './request.ts';
import { delivered, failed, fetched, ranges } from './response.ts';

/**
 * The site's VCL. Nothing that a user wrote stands in it outside of a quoted pattern or a number, and each subroutine goes on
 * in Varnish's built-in VCL, which is careful, unless it has decided otherwise.
 */
export function vcl(site: Site): string {
  const pipe = piped(site, '    call hostedsite_told;\n    set bereq.backend = application_upgraded;\n');
  const request = [receive(site), redirect(site), found, asked(site), pipe];
  const error = stores(site) ? failed(renewalFailed()) : failed();
  const answer = [...(stores(site) ? [renewed, ranges] : []), fetched(site), error, delivered(site)];
  const parts = [head(site), ...request, ...answer];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function head(site: Site): string {
  return `vcl 4.1;

# Generated from the HostedSite.
import header;
import std;${stores(site) ? '\nimport var;' : ''}

${backend(site, 'application', '127.0.0.1', connections.lookedUp)}

${stores(site) ? `${backend(site, 'application_renewed', '127.0.0.2', connections.renewed)}\n\n` : ''}# Places of its own for what is passed.
${backend(site, 'application_passed', '127.0.0.1', connections.passed)}

# The same application under another address, so that no connection is shared with the one above.
${backend(site, 'application_once', '127.0.0.2', connections.sent)}${
    site.preset.webSockets === true
      ? `\n\n${backend(site, 'application_upgraded', '127.0.0.1', upgraded)}`
      : ''
  }`;
}

function backend({ web }: Site, name: string, host: string, most: number): string {
  return `backend ${name} {
    .host = "${host}";
    .port = "${web.port}";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = ${web.idleTimeoutSeconds}s;
    .max_connections = ${most};
}`;
}
