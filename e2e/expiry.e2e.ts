import assert from 'node:assert/strict';
import { eventually, image, kubectl, namespace } from './support/cluster.ts';
import { applyAndWait, operator, site } from './support/site.ts';
import { smallSite } from './support/small-site.ts';

/** Two sites for a minute and a half, each with a volume; of one somebody wants more. */
describe('sites with a ttl', function () {
  this.timeout(300_000);
  operator();
  const ns = namespace('story-expiry');
  const names = ['ended', 'kept'];
  const review = {
    environment: 'Development',
    deletionPolicy: 'Delete',
    ttl: '90s',
    files: { size: '64Mi', mountPath: '/data' },
  };
  const named = (kind: string): Promise<string> => kubectl(['get', kind, '-n', ns, '-o', 'name']);
  const eventsOn = (name: string): Promise<string> =>
    kubectl([
      ...['get', 'events.events.k8s.io', '-n', ns, '--field-selector', `regarding.name=${name}`],
      ...['-o', 'jsonpath={range .items[*]}{.reason}: {.note}{"\\n"}{end}'],
    ]);
  let end = '';

  before(async () => {
    const from = await image('node-example-1');
    await Promise.all(names.map((name) => applyAndWait(ns, smallSite(name, from, review))));
    end = (await site(ns, 'ended')).status?.expiry?.time ?? '';
  });

  it('tell when they end, by their status and by an Event', async () => {
    assert.match(end, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    for (const name of names) {
      await eventually(`the Event of ${name}`, 20, async () => {
        const events = await eventsOn(name);
        return /^ExpiresSoon: .*deletes itself with its data.* It ends at \d{4}/m.test(events)
          ? true
          : undefined;
      });
    }
  });

  it('stay when they are given more time before that', async () => {
    const patch = JSON.stringify({ spec: { ttl: '72h' } });
    await kubectl(['patch', 'hostedsite', 'kept', '-n', ns, '--type=merge', '-p', patch]);
    await eventually('the new end is told', 20, async () => {
      const { time = '', noticeTime } = (await site(ns, 'kept')).status?.expiry ?? {};
      const left = (Date.parse(time) - Date.now()) / 3_600_000;
      return noticeTime === undefined && left > 71 ? true : undefined;
    });
  });

  it('are deleted then, with their volumes and all else, and leave the others alone', async () => {
    await kubectl(['wait', 'hostedsite/ended', '-n', ns, '--for=delete', '--timeout=200s']);
    assert.ok(Date.now() >= Date.parse(end), 'it ended before its time');
    assert.match(await eventsOn('ended'), /^Expired: /m);
    await eventually('nothing of it is left', 90, async () => {
      const left = await named(
        'hostedsites,deployments,pods,services,configmaps,secrets,persistentvolumeclaims',
      );
      return left.split('\n').some((name) => name.includes('/ended')) ? undefined : true;
    });
    assert.match(await named('persistentvolumeclaims'), /\/kept-files$/m);
    const { status, metadata } = await site(ns, 'kept');
    assert.equal(metadata.deletionTimestamp, undefined);
    assert.equal(status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  });
});
