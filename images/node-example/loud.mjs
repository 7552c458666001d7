import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';

/** A bad neighbour: it serves, and does on request what no application should. */

const mebibyte = 2 ** 20;

const faults = {
  /** Three threads that never rest. */
  burn: () => {
    for (let count = 0; count < 3; count += 1) new Worker('for (;;);', { eval: true });
  },
  /** Memory that is never given back. */
  leak: () => {
    const kept = [];
    setInterval(() => kept.push(Buffer.alloc(16 * mebibyte, 1)), 20);
  },
  /** Half a gibibyte in /tmp, all of it on the disk, and that again and again. */
  fill: () => {
    const [piece, file] = [Buffer.alloc(16 * mebibyte, 1), openSync('/tmp/full', 'w')];
    let at = 0;
    const write = () => {
      writeSync(file, piece, 0, piece.length, at);
      fsyncSync(file);
      at = (at + piece.length) % (512 * mebibyte);
    };
    setInterval(write, 1);
  },
  /** As many lines as standard output takes. */
  log: () => {
    const line = `${'all work and no play '.repeat(40)}\n`.repeat(64);
    const write = () => process.stdout.write(line, write);
    write();
  },
};

createServer((request, response) => {
  const fault = faults[request.url.slice(1)];
  if (request.method === 'POST' && fault !== undefined) fault();
  response.end('ok\n');
}).listen(3000);

process.once('SIGTERM', () => process.exit(0));
