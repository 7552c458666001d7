import { appendFileSync, constants, accessSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { text } from 'node:stream/consumers';

const version = readFileSync(new URL('version', import.meta.url), 'utf8').trim();
const plain = { type: 'text/plain', cacheControl: 'no-store' };
const pages = new Map([
  ['/', { body: page(), type: 'text/html; charset=utf-8', cacheControl: 'public, max-age=60' }],
  ['/version', { ...plain, body: `${version}\n` }],
  ['/slow', { ...plain, body: `${version}\n`, seconds: 2 }],
  ['/healthz', { ...plain, body: 'ok\n' }],
]);

function page() {
  return `<!doctype html><title>Example ${version}</title><p>Version ${version}, answered by ${hostname()}</p>\n`;
}

/** The site's volume, if it has one: each pod has a file of its own on it, and any pod tells all of them. */
const folder = '/data';
const orders = [];
const hasVolume = writable(folder);

function writable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function take(order) {
  if (hasVolume) appendFileSync(`${folder}/orders-${hostname()}`, `${order}\n`);
  else orders.push(order);
}

function taken() {
  if (!hasVolume) return orders.map((order) => `${order}\n`).join('');
  const files = readdirSync(folder).filter((name) => name.startsWith('orders-'));
  return files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('');
}

async function ordered(request) {
  if (request.method !== 'POST') return { ...plain, body: taken() };
  const order = await text(request);
  take(order);
  return { ...plain, body: `${version} ${order}\n` };
}

/** A large answer that takes two seconds, so that it is under way when something happens. */
async function download(response) {
  const piece = 'the quick brown fox\n'.repeat(1024);
  response.writeHead(200, {
    'Content-Type': plain.type,
    'Cache-Control': 'no-store',
    ...headers(8 * piece.length),
  });
  for (let count = 1; count < 8; count += 1) {
    response.write(piece);
    await setTimeout(250);
  }
  // Ended with its last byte: Varnish takes the connection for free then, and would send the next request into a wait.
  response.end(piece);
}

function headers(length) {
  return {
    'Content-Length': length,
    'X-Version': version,
    // While it stops, a kept connection would hold the process until it times out.
    ...(server.listening ? {} : { Connection: 'close' }),
  };
}

/** What frameworks do that are told their host, or that nobody is to come by http. */
const {
  ALLOWED_HOST: allowedHost,
  FORCE_HTTPS: forcesHTTPS,
  START_SECONDS: startSeconds = '0',
} = process.env;

function turnedAway({ headers: { host = '', 'x-forwarded-proto': scheme }, url }) {
  if (allowedHost !== undefined && host !== allowedHost) return [400];
  if (forcesHTTPS !== undefined && scheme !== 'https') return [301, { Location: `https://${host}${url}` }];
  return undefined;
}

async function answer(request, response) {
  const path = request.url.split('?')[0];
  const refusal = turnedAway(request);
  if (refusal !== undefined) return response.writeHead(...refusal).end();
  if (path === '/download') return download(response);
  const found = path === '/orders' ? await ordered(request) : pages.get(path);
  if (found?.seconds) await setTimeout(found.seconds * 1000);
  const body = found?.body ?? 'not found\n';
  response.writeHead(found ? 200 : 404, {
    'Content-Type': found?.type ?? plain.type,
    'Cache-Control': found?.cacheControl ?? plain.cacheControl,
    ...headers(Buffer.byteLength(body)),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  // A visitor who went away in the middle of his order is no reason to end.
  answer(request, response).catch((error) => {
    console.error(error.message);
    response.destroy();
  });
});
// As short as servers have it by default (gunicorn's): Varnish must be the one who closes an idle connection.
server.keepAliveTimeout = 2_000;
server.keepAliveTimeoutBuffer = 0;
const opening = new AbortController();
const later = { signal: opening.signal };
setTimeout(Number(startSeconds) * 1000, undefined, later).then(
  () => server.listen(Number(process.env.PORT ?? 3000), () => console.log(`version ${version} listens`)),
  () => {},
);

// Process 1 has no default action for signals. Requests in progress are answered, then nothing keeps Node alive.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    opening.abort();
    server.close();
  });
}
