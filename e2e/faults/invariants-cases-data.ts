import {
  claimsStay,
  copiesStay,
  dataIsNotForgotten,
  oneWriter,
  secretsAreTheirCopies,
  secretsNeverChange,
} from './invariants-data.ts';
import { deleting, labelled, places } from './invariants-story.ts';
import type { Case } from './invariants-story.ts';

export const casesOfData: readonly Case[] = [
  [
    claimsStay,
    'a claim is marked while its site lives',
    'wrong',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c')
        .is('PersistentVolumeClaim', 'c', {}, deleting),
  ],
  [
    claimsStay,
    'a claim ends although its site is deleted with Retain',
    'wrong',
    (s) => s.is('PersistentVolumeClaim', 'c').site({}, deleting).ends('PersistentVolumeClaim', 'c'),
  ],
  [
    claimsStay,
    'a claim ends after its site is gone',
    'wrong',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c')
        .site({ deletionPolicy: 'Delete' }, deleting)
        .ends('HostedSite', 'shop')
        .ends('PersistentVolumeClaim', 'c'),
  ],
  [
    claimsStay,
    'a claim ends with its site, by Delete',
    'right',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c')
        .site({ deletionPolicy: 'Delete' }, deleting)
        .is('PersistentVolumeClaim', 'c', {}, deleting)
        .ends('HostedSite', 'shop')
        .ends('PersistentVolumeClaim', 'c'),
  ],
  [
    copiesStay,
    'a copy ends while the site lives',
    'wrong',
    (s) => s.site().copy('a', { x: '1' }).ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    copiesStay,
    'a copy ends with its site, by Delete',
    'right',
    (s) =>
      s
        .copy('a', { x: '1' })
        .site({ deletionPolicy: 'Delete' }, deleting)
        .ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    dataIsNotForgotten,
    'a site with Delete goes before a claim',
    'wrong',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c')
        .site({ deletionPolicy: 'Delete' }, deleting)
        .ends('HostedSite', 'shop'),
  ],
  [
    dataIsNotForgotten,
    'a site with Delete goes before a copy',
    'wrong',
    (s) => s.copy('a', { x: '1' }).site({ deletionPolicy: 'Delete' }, deleting).ends('HostedSite', 'shop'),
  ],
  [
    dataIsNotForgotten,
    'a site with Retain goes before its claim',
    'right',
    (s) => s.is('PersistentVolumeClaim', 'c').site({}, deleting).ends('HostedSite', 'shop'),
  ],
  [
    secretsNeverChange,
    'a Secret is written with another value',
    'wrong',
    (s) =>
      s
        .site()
        .copy('a', { x: '1' })
        .is('Secret', 'a', { data: { x: '1' } })
        .is('Secret', 'a', { data: { x: '2' } }),
  ],
  [
    secretsNeverChange,
    'a Secret comes back with another value',
    'wrong',
    (s) =>
      s
        .site()
        .copy('a', { x: '1' })
        .is('Secret', 'a', { data: { x: '1' } })
        .ends('Secret', 'a')
        .is('Secret', 'a', { data: { x: '2' } }),
  ],
  [
    secretsNeverChange,
    'both are lost, and new ones are made',
    'wrong',
    (s) =>
      s.site().copy('a', { x: '1' }).ends('Secret', 'copy-a', places.operatorNamespace).copy('a', { x: '2' }),
  ],
  [
    secretsNeverChange,
    'a site of the same name gets new ones after Delete',
    'right',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' }, deleting)
        .copy('a', { x: '1' })
        .ends('Secret', 'copy-a', places.operatorNamespace)
        .copy('a', { x: '2' }),
  ],
  [
    secretsAreTheirCopies,
    'a Secret is made that differs from its copy',
    'wrong',
    (s) =>
      s
        .site()
        .copy('a', { x: '1' })
        .is('Secret', 'a', { data: { x: '2' } }),
  ],
  [
    secretsAreTheirCopies,
    'a Secret is made before its copy',
    'wrong',
    (s) =>
      s
        .site()
        .is('Secret', 'a', { data: { x: '1' } })
        .copy('a', { x: '1' }),
  ],
  [
    secretsAreTheirCopies,
    'a Secret is made from its copy',
    'right',
    (s) =>
      s
        .site()
        .copy('a', { x: '1' })
        .is('Secret', 'a', { data: { x: '1' } }),
  ],
  [
    oneWriter,
    'a second database pod starts',
    'wrong',
    (s) => s.is('Pod', 'db-0', {}, labelled('database')).is('Pod', 'db-1', {}, labelled('database')),
  ],
  [
    oneWriter,
    'a database pod starts while the one before terminates',
    'right',
    (s) =>
      s
        .is('Pod', 'db-0', {}, { ...labelled('database'), ...deleting })
        .is('Pod', 'db-1', {}, labelled('database')),
  ],
];
