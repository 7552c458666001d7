import { fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';

/** A bad neighbour: it serves, and does on request what no application should. */

const mebibyte = 2 ** 20;

/** Bytes that it has written so far. */
const written = { log: 0, fill: 0 };

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
      written.fill += writeSync(file, piece, 0, piece.length, at);
      fsyncSync(file);
      at = (at + piece.length) % (512 * mebibyte);
    };
    setInterval(write, 1);
  },
  /** As many lines as standard output takes. */
  log: () => {
    const line = `${'all work and no play '.repeat(40)}\n`.repeat(64);
    const write = () => {
      written.log += line.length;
      process.stdout.write(line, write);
    };
    write();
  },
};

/** What it has done so far: seconds of a processor, and bytes. */
const done = () => {
  const { user, system } = process.cpuUsage();
  return JSON.stringify({ burn: (user + system) / 1e6, ...written });
};

createServer((request, response) => {
  const name = request.url.slice(1);
  if (request.method !== 'POST') return response.end('ok\n');
  if (name === 'done') return response.end(done());
  if (!(name in faults)) response.statusCode = 404;
  faults[name]?.();
  response.end();
}).listen(3000);

process.once('SIGTERM', () => process.exit(0));
