import assert from 'node:assert/strict';
import { bytes } from '../../api/quantity.ts';
import { structural } from '../../api/structural.ts';
import { resources } from './deployment.ts';
import { objectCacheSpec } from './spec.ts';

describe("the memory of an object cache's container", () => {
  const description = structural(objectCacheSpec, 'objectCache').properties?.['resources']?.description ?? '';
  const [, factor = '', base = ''] =
    /memory is to be ([0-9.]+) times `memory` and ([0-9]+Mi)/.exec(description) ?? [];

  for (const memory of ['16Mi', '64Mi', '1Gi']) {
    it(`of ${memory} is what its description says`, () => {
      const { requests, limits } = resources({ memory });
      const mebibytes = `${Math.ceil((bytes(memory) * Number(factor) + bytes(base)) / 2 ** 20)}Mi`;
      assert.deepEqual([requests['memory'], limits['memory']], [mebibytes, mebibytes]);
    });
  }
});
