import { createServer } from 'node:http';

const { COMMIT = 'no commit', PORT = '3000' } = process.env;

export const server = createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' });
  response.end(`<!doctype html><title>Shop</title><p>This is ${COMMIT}.\n`);
});

if (import.meta.main) {
  server.listen(Number(PORT));
  process.once('SIGTERM', () => server.close());
}
