import assert from 'node:assert/strict';
import type { HostedSite } from '../kinds/hosted-site/hosted-site.ts';
import type { Manifest, Owned } from '../components/component.ts';
import { applied, object, ours, planned } from '../testing/plan.ts';
import { hostedSite } from '../testing/world.ts';

describe('what is created once', () => {
  const secret = {
    object: object('Secret', 'shop-database'),
    lifetime: 'kept',
    write: 'createOnce',
  } as const;
  const job = { object: object('Job', 'shop-install', { spec: {} }), write: 'createOnce' } as const;
  const set = { object: object('StatefulSet', 'shop-database', { spec: { replicas: 1 } }) };
  const template = { image: 2, secretName: 'shop-database' };
  const web = { object: object('Deployment', 'shop-web', { spec: { replicas: 1, template } }) };
  const there = applied(web);
  const scaled = { ...there, spec: { ...(there['spec'] as object), replicas: 0 } };
  const released = (before: object) => applied(web, { spec: { replicas: 1, template: before } });
  const fresh = hostedSite();
  const waiting = (reason: string): Manifest => {
    const status = {
      initContainerStatuses: [{ state: { running: {} } }],
      containerStatuses: [{ state: { waiting: { reason } } }],
    };
    return object('Pod', 'p', { status });
  };
  const rows: {
    title: string;
    owned: Partial<Owned>[];
    live: Manifest[];
    of?: HostedSite;
    created: string[];
  }[] = [
    {
      title: 'a Secret of a generation that no pass has finished',
      owned: [secret],
      live: [],
      of: fresh,
      created: ['shop-database'],
    },
    { title: 'no Secret when nothing asks for it', owned: [secret], live: [], created: [] },
    {
      title: 'a Secret before a workload that is not there',
      owned: [secret, set],
      live: [],
      created: ['shop-database'],
    },
    {
      title: 'a Secret before a workload that changes',
      owned: [secret, set],
      live: [applied(set, { spec: { replicas: 0 } })],
      created: ['shop-database'],
    },
    {
      title: 'a Secret before a Deployment that is not there',
      owned: [secret, web],
      live: [],
      created: ['shop-database'],
    },
    {
      title: 'a Secret before a release that will use it',
      owned: [secret, web],
      live: [released({ image: 1 })],
      created: ['shop-database'],
    },
    {
      title: 'no Secret before a release, where the one before uses it',
      owned: [secret, web],
      live: [released({ ...template, image: 1 })],
      of: fresh,
      created: [],
    },
    {
      title: 'a Secret that is used before a Deployment that changes without a release',
      owned: [secret, web],
      live: [scaled],
      created: ['shop-database'],
    },
    {
      title: 'a Secret that is used, of a generation that no pass has finished',
      owned: [secret, web],
      live: [applied(web)],
      of: fresh,
      created: ['shop-database'],
    },
    {
      title: 'a Secret that is used before another workload that is not there',
      owned: [secret, web, set],
      live: [applied(web)],
      created: ['shop-database'],
    },
    {
      title: 'a Secret that is used and that a pod may wait for',
      owned: [secret, web],
      live: [applied(web), waiting('CreateContainerConfigError')],
      created: ['shop-database'],
    },
    {
      title: 'no Secret when the workload is there',
      owned: [secret, set],
      live: [applied(set)],
      created: [],
    },
    {
      title: 'a Secret that a pod may wait for',
      owned: [secret],
      live: [waiting('CreateContainerConfigError')],
      created: ['shop-database'],
    },
    {
      title: 'no Secret for a pod that waits for its image',
      owned: [secret],
      live: [waiting('ImagePullBackOff')],
      created: [],
    },
    {
      title: 'no Secret for a pod without a status',
      owned: [secret],
      live: [object('Pod', 'p')],
      created: [],
    },
    { title: 'a Job that is not there', owned: [job], live: [], created: ['shop-install'] },
    {
      title: 'no Job that is there, however it looks',
      owned: [job],
      live: [applied(job, { spec: { x: 1 } })],
      created: [],
    },
  ];
  for (const { title, owned, live, of, created } of rows) {
    it(title, () => {
      const { create } = planned(owned, live, of);
      assert.deepEqual(
        create.map(({ desired: expected }) => expected.object.metadata.name),
        created,
      );
    });
  }

  const known: { title: string; live: Manifest[]; known: boolean }[] = [
    { title: 'nothing of the component is there', live: [], known: false },
    {
      title: 'its claim is there',
      live: [applied({ object: object('PersistentVolumeClaim', 'data'), lifetime: 'kept' })],
      known: true,
    },
    { title: 'only its pod is there', live: [applied({ object: object('Pod', 'p') })], known: false },
    {
      title: 'only a ConfigMap of what a user wrote is there',
      live: [applied({ object: object('ConfigMap', 'c') })],
      known: false,
    },
    {
      title: 'a workload of ours mentions the Secret',
      live: [
        object('Job', 'x', {
          metadata: { name: 'x', ownerReferences: ours },
          spec: { secret: { secretName: 'shop-database' } },
        }),
      ],
      known: true,
    },
    {
      title: "a workload of somebody else's mentions the Secret",
      live: [object('Job', 'x', { spec: { secret: { secretName: 'shop-database' } } })],
      known: false,
    },
    {
      title: 'a workload of ours mentions a longer name',
      live: [
        object('Job', 'x', {
          metadata: { name: 'x', ownerReferences: ours },
          spec: { secretName: 'shop-database-2' },
        }),
      ],
      known: false,
    },
  ];
  for (const { title, live, known: expected } of known) {
    it(`a taken name is ${expected ? '' : 'not '}ours: ${title}`, () => {
      assert.equal(planned([secret, set], live).create[0]?.known, expected);
    });
  }

  const claim = applied({ object: object('PersistentVolumeClaim', 'data'), lifetime: 'kept' });
  const mentions = (secretName: string) =>
    object('Job', 'x', { metadata: { name: 'x', ownerReferences: ours }, spec: { secret: { secretName } } });
  const ofUser: { title: string; live: Manifest[]; known: boolean }[] = [
    { title: 'the rest of the component is there', live: [claim], known: false },
    { title: 'a workload of ours mentions another Secret', live: [mentions('shop-other')], known: false },
    { title: 'a workload of ours mentions it', live: [mentions('shop-database')], known: true },
  ];
  for (const { title, live, known: expected } of ofUser) {
    it(`a taken name that a user wrote is ${expected ? '' : 'not '}ours: ${title}`, () => {
      const other: Owned = { ...secret, object: object('Secret', 'shop-other') };
      const { create } = planned([{ ...secret, named: true }, other, set], live);
      assert.equal(create.find(({ desired: one }) => one.named)?.known, expected);
    });
  }

  it('a Secret that a user named says nothing of the others', () => {
    const named: Owned = { ...secret, named: true, object: object('Secret', 'shop-env-a') };
    const { create } = planned([secret, named, set], [mentions('shop-env-a')]);
    assert.equal(create.find(({ desired: one }) => one.named !== true)?.known, false);
  });
});
