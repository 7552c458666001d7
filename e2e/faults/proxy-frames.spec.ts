import assert from 'node:assert/strict';
import { Lines, endsInitialEvents, initialFrames, isEvent } from './proxy-frames.ts';

describe('the lines of a watch', () => {
  it('are whole, wherever the body is cut', () => {
    const text = '{"a":1}\n{"b":"ü"}\n\n{"c":3}\n';
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const lines = new Lines();
      const found: string[] = [];
      for (let start = 0; start < bytes.length; start += size)
        found.push(...lines.take(bytes.subarray(start, start + size)).map(String));
      assert.deepEqual(found, ['{"a":1}\n', '{"b":"ü"}\n', '\n', '{"c":3}\n'], `pieces of ${size} bytes`);
    }
  });

  it('are events unless they are bookmarks or errors', () => {
    const types = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];
    const events = types.filter((type) => isEvent(Buffer.from(`{"type":"${type}","object":{}}\n`)));
    assert.deepEqual(events, ['ADDED', 'MODIFIED', 'DELETED']);
  });
});

describe('a list as initial events', () => {
  const list = {
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '7' },
    items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
  };

  it('gives each object its kind, and ends with the bookmark of its version', () => {
    const lines = initialFrames(JSON.stringify(list));
    assert.deepEqual(
      lines.map((line) => JSON.parse(line.toString()) as unknown),
      [
        { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } } },
        { type: 'ADDED', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'b' } } },
        {
          type: 'BOOKMARK',
          object: {
            kind: 'ConfigMap',
            apiVersion: 'v1',
            metadata: { resourceVersion: '7', annotations: { 'k8s.io/initial-events-end': 'true' } },
          },
        },
      ],
    );
    assert.deepEqual(lines.map(endsInitialEvents), [false, false, true]);
    assert.ok(lines.every((line) => line.at(-1) === 0x0a));
  });
});
