import assert from 'node:assert/strict';
import { bytes } from '../../api/quantity.ts';
import { structural } from '../../api/structural.ts';
import { cacheSpec } from './spec.ts';
import { resources } from './varnish.ts';

describe("the memory of a cache's container", () => {
  const description = structural(cacheSpec, 'cache').properties?.['resources']?.description ?? '';
  const [, ...named] =
    /memory is to be ([0-9.]+) times `memory` and ([0-9]+Mi), its limit ([0-9.]+) times `memory` and ([0-9]+Mi)/.exec(
      description,
    ) ?? [];

  for (const memory of ['64Mi', '1Gi', '8Gi']) {
    it(`of ${memory} is what its description says`, () => {
      const [usual = '', base = '', most = '', rest = ''] = named;
      const { requests, limits } = resources({ memory });
      const mebibytes = (factor: string, more: string) =>
        `${Math.ceil((bytes(memory) * Number(factor) + bytes(more)) / 2 ** 20)}Mi`;
      assert.equal(requests['memory'], mebibytes(usual, base));
      assert.equal(limits['memory'], mebibytes(most, rest));
    });
  }
});
