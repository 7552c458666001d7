import type { ConditionType } from '../api/conditions.ts';
import type { ComponentName } from './component.ts';

/** In which condition each component reports. */
export const conditionOf: Readonly<Record<ComponentName, ConditionType>> = {
  web: 'WebReady',
  cache: 'CacheReady',
  database: 'DatabaseReady',
  'object-cache': 'ObjectCacheReady',
  files: 'FilesReady',
  image: 'ImageResolved',
  application: 'ApplicationReady',
  route: 'RouteReady',
  network: 'NetworkReady',
  cron: 'CronReady',
};
