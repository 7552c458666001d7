import {
  claimsStay,
  copiesStay,
  dataIsNotForgotten,
  dataIsPromised,
  oneWriter,
  secretsAreTheirCopies,
  secretsNeverChange,
} from './invariants-data.ts';
import { deleting, given, labelled, places } from './invariants-story.ts';
import type { Case } from './invariants-story.ts';

export const casesOfData: readonly Case[] = [
  [
    claimsStay,
    'a claim is marked while its site lives',
    'wrong',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .is('PersistentVolumeClaim', 'c', {}, { ...given, ...deleting }),
  ],
  [
    claimsStay,
    'a claim ends that nobody owns',
    'wrong',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c')
        .site({ deletionPolicy: 'Delete' })
        .ends('HostedSite', 'shop')
        .ends('PersistentVolumeClaim', 'c'),
  ],
  [
    claimsStay,
    'a claim ends after the site that owned it',
    'right',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c', {}, given)
        .site({ deletionPolicy: 'Delete' })
        .ends('HostedSite', 'shop')
        .is('PersistentVolumeClaim', 'c', {}, { ...given, ...deleting })
        .ends('PersistentVolumeClaim', 'c'),
  ],
  [
    dataIsPromised,
    'a claim is given before it is told',
    'wrong',
    (s) => s.site({ deletionPolicy: 'Delete' }).is('PersistentVolumeClaim', 'c', {}, given),
  ],
  [
    dataIsPromised,
    'Retain is told before the claim is taken',
    'wrong',
    (s) =>
      s
        .site({}, {}, { deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .site({}, {}, { deletionPolicy: 'Retain' }),
  ],
  [
    dataIsPromised,
    'a claim is given after it is told, and taken before that is told',
    'right',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' }, {}, { deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .is('PersistentVolumeClaim', 'c')
        .site({}, {}, { deletionPolicy: 'Retain' }),
  ],
  [
    dataIsPromised,
    'a claim is given to a site that a finalizer of an earlier version keeps',
    'right',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' }, { ...deleting, finalizers: ['hostedsite.dev/delete-data'] })
        .is('PersistentVolumeClaim', 'c', {}, given),
  ],
  [
    copiesStay,
    'a copy ends while the site lives',
    'wrong',
    (s) => s.site().copy('a', { x: '1' }, 'site').ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    copiesStay,
    'a copy ends that goes with no site',
    'wrong',
    (s) => s.copy('a', { x: '1' }).ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    copiesStay,
    'a copy ends while a claim is there',
    'wrong',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c')
        .copy('a', { x: '1' }, 'site')
        .ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    copiesStay,
    'a copy ends after its site and the claims',
    'right',
    (s) =>
      s
        .is('PersistentVolumeClaim', 'c', {}, given)
        .site()
        .copy('a', { x: '1' }, 'site')
        .ends('HostedSite', 'shop')
        .ends('PersistentVolumeClaim', 'c')
        .ends('Secret', 'copy-a', places.operatorNamespace),
  ],
  [
    dataIsNotForgotten,
    'a claim is nobody’s any more when its site ends',
    'wrong',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .is('PersistentVolumeClaim', 'c')
        .ends('HostedSite', 'shop'),
  ],
  [
    dataIsNotForgotten,
    'a claim is the site’s when it ends',
    'right',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .ends('HostedSite', 'shop'),
  ],
  [
    dataIsNotForgotten,
    'the site is orphaned',
    'right',
    (s) =>
      s
        .site({ deletionPolicy: 'Delete' })
        .is('PersistentVolumeClaim', 'c', {}, given)
        .site({ deletionPolicy: 'Delete' }, { ...deleting, finalizers: ['orphan'] })
        .is('PersistentVolumeClaim', 'c')
        .ends('HostedSite', 'shop'),
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
        .site()
        .copy('a', { x: '1' }, 'site')
        .ends('HostedSite', 'shop')
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
