import assert from 'node:assert/strict';
import { request } from '../cluster.ts';
import type { Summary } from './summary.ts';

/**
 * Each order that was acknowledged was taken exactly once, and none at all twice. The image `node-example` remembers orders for
 * longer than a pod lives if its site has `files`.
 */
export async function tookOnce(host: string, { acknowledged }: Pick<Summary, 'acknowledged'>): Promise<void> {
  const { body } = await request(host, '/orders');
  const taken = body.split('\n').filter((order) => order !== '');
  const seen = new Set<string>();
  const twice = taken.filter((order) => seen.size === seen.add(order).size);
  assert.deepEqual(twice, [], 'orders that were taken more than once');
  const lost = acknowledged.filter((order) => !seen.has(order));
  assert.deepEqual(lost, [], 'orders that were acknowledged and not taken');
}
