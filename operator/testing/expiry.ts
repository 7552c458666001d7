import assert from 'node:assert/strict';
import type { HostedSiteSpec } from '../kinds/hosted-site/hosted-site.ts';
import { World } from './world.ts';

/** A review site of three days. */
export const review: Partial<HostedSiteSpec> = {
  environment: 'Development',
  deletionPolicy: 'Delete',
  ttl: '72h',
};
export const noon = '2030-01-01T12:00:00Z';
export const [hour, minute] = [3_600_000, 60_000];

/** A site of noon that serves. */
export async function inForce(spec: Partial<HostedSiteSpec> = {}): Promise<World> {
  const world = new World({ ...review, ...spec });
  await world.bringUp();
  world.cluster.forgetRecords();
  return world;
}

export async function at(world: World, time: string): Promise<void> {
  world.now = new Date(time);
  await world.settle();
}

export function isThere({ cluster }: World): boolean {
  return cluster.get('HostedSite', 'customer-a', 'shop') !== undefined;
}

export function told({ cluster }: World): string[] {
  return cluster.events.map(({ reason }) => reason).filter((reason) => /^Expire/.test(reason));
}

export function end({ status }: World): string | undefined {
  return status.expiry?.time;
}

/** Told of its end, which comes at noon of the fourth. */
export async function noticed(): Promise<World> {
  const world = await inForce();
  await at(world, '2030-01-04T11:00:00Z');
  assert.deepEqual(told(world), ['ExpiresSoon']);
  return world;
}
