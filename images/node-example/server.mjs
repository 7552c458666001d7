import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

const version = readFileSync(new URL('version', import.meta.url), 'utf8').trim();
const pages = new Map([
  ['/', { body: page(), type: 'text/html; charset=utf-8', cacheControl: 'public, max-age=60' }],
  ['/version', { body: `${version}\n`, type: 'text/plain', cacheControl: 'no-store' }],
  ['/slow', { body: `${version}\n`, type: 'text/plain', cacheControl: 'no-store', seconds: 2 }],
  ['/healthz', { body: 'ok\n', type: 'text/plain', cacheControl: 'no-store' }],
]);

function page() {
  return `<!doctype html><title>Example ${version}</title><p>Version ${version}, answered by ${hostname()}</p>\n`;
}

async function answer(request, response) {
  const found = pages.get(request.url.split('?')[0]);
  if (found?.seconds) await setTimeout(found.seconds * 1000);
  response.writeHead(found ? 200 : 404, {
    'Content-Type': found?.type ?? 'text/plain',
    'Cache-Control': found?.cacheControl ?? 'no-store',
    'X-Version': version,
    // While it stops, a kept connection would hold the process until it times out.
    ...(server.listening ? {} : { Connection: 'close' }),
  });
  response.end(found?.body ?? 'not found\n');
}

const server = createServer(answer);
// Longer than Varnish keeps an idle connection (60 s), so that it is Varnish who closes it.
server.keepAliveTimeout = 75_000;
server.listen(Number(process.env.PORT ?? 3000), () => console.log(`version ${version} listens`));

// Process 1 has no default action for signals. Requests in progress are answered, then nothing keeps Node alive.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());
