import assert from 'node:assert/strict';
import { Unavailable } from '../errors.ts';
import { frames } from './frames.ts';
import type { Frame } from './frames.ts';

const line = { method: 'GET', path: '/api/v1/pods' };

async function read(chunks: readonly (string | Buffer)[]): Promise<Frame[]> {
  async function* body(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  }
  const all: Frame[] = [];
  for await (const batch of frames(line, body())) all.push(...batch.frames);
  return all;
}

const one = '{"type":"ADDED","object":{"name":"größe"}}\n';
const two = '{"type":"DELETED","object":{"name":"b"}}\n';

describe('frames', () => {
  it('come out however the bytes are cut', async () => {
    const bytes = Buffer.from(one + two);
    const expected = await read([bytes]);
    assert.deepEqual(
      expected.map((frame) => frame.type),
      ['ADDED', 'DELETED'],
    );
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      assert.deepEqual(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
    }
    assert.deepEqual(await read([...bytes].map((byte) => Buffer.from([byte]))), expected);
  });

  it('may have empty lines between them', async () => {
    assert.equal((await read([`${one}\n\n${two}`])).length, 2);
    assert.deepEqual(await read([]), []);
  });

  it('tell of every chunk, so that a watch which only half says something is not silent', async () => {
    const sizes: [frames: number, bytes: number][] = [];
    async function* body(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from(one.slice(0, 10)));
      yield await Promise.resolve(Buffer.from(one.slice(10)));
    }
    for await (const batch of frames(line, body())) sizes.push([batch.frames.length, batch.bytes]);
    assert.deepEqual(sizes, [
      [0, 10],
      [1, Buffer.byteLength(one) - 10],
    ]);
  });

  const broken = [
    { title: 'garbage', text: `${one}garbage\n` },
    { title: 'JSON that is no frame', text: '[1]\n' },
    { title: 'a frame without an object', text: '{"type":"ADDED","object":null}\n' },
    { title: 'null', text: 'null\n' },
    { title: 'a last line without its end, even a whole one', text: one.trimEnd() },
  ];
  for (const { title, text } of broken) {
    it(`are refused: ${title}`, async () => {
      await assert.rejects(read([text]), (error: Error) => {
        assert.ok(error instanceof Unavailable);
        assert.ok(!error.message.includes('garbage'), 'content is never quoted');
        return true;
      });
    });
  }

  it('are refused when a line does not end', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    await assert.rejects(read(Array.from({ length: 17 }, () => chunk)), /a line of the watch does not end/);
  });
});
