import type { Site } from '../component.ts';
import { redirect } from './redirects.ts';
import { asked, piped } from './fetch.ts';
import { found, receive } from './request.ts';
import { delivered, failed, fetched } from './response.ts';

/**
 * The site's VCL. Nothing that a user wrote stands in it outside of a quoted pattern or a number, and each subroutine goes on
 * in Varnish's built-in VCL, which is careful, unless it has decided otherwise.
 */
export function vcl(site: Site): string {
  const request = [
    receive(site),
    redirect(site),
    found,
    asked(site),
    piped(site, '    call hostedsite_told;\n'),
  ];
  const parts = [head(site), ...request, fetched(site), failed, delivered(site)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function head({ web: { port } }: Site): string {
  return `vcl 4.1;

# Generated from the HostedSite.
import header;
import std;

${backend('application', '127.0.0.1', port)}

# The same application under another address, so that no connection is shared with the one above.
${backend('application_once', '127.0.0.2', port)}`;
}

function backend(name: string, host: string, port: number): string {
  return `backend ${name} {
    .host = "${host}";
    .port = "${port}";
    .connect_timeout = 1s;
    # An administrator's import or export may think for minutes before its first byte.
    .first_byte_timeout = 300s;
    .between_bytes_timeout = 60s;
}`;
}
