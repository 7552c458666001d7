import assert from 'node:assert/strict';
import { forbidden } from './forbidden.ts';

describe('why the cluster refuses pods', () => {
  const rows: [string, string, string][] = [
    [
      'a quota that is used up',
      'pods "shop-web-5f-x" is forbidden: exceeded quota: small, requested: limits.cpu=1, used: limits.cpu=3, limited: limits.cpu=3',
      'the quota small of the namespace has no room; lower spec.size, or raise the quota',
    ],
    [
      'a quota that asks for a limit',
      'pods "shop-web-5f-x" is forbidden: failed quota: small: must specify limits.cpu for: application',
      'the quota small of the namespace asks for limits.cpu; write it in web.resources',
    ],
    [
      'the Pod Security Standard',
      'pods "shop-web-5f-x" is forbidden: violates PodSecurity "restricted:latest": runAsUser=0 (container "application" must not set runAsUser=0)',
      'violates PodSecurity "restricted:latest": runAsUser=0 (container "application" must not set runAsUser=0)',
    ],
    [
      'a LimitRange',
      'pods "shop-web-5f-x" is forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi',
      'a LimitRange of the namespace bounds memory per Container; change spec.size or web.resources',
    ],
    [
      'a webhook',
      'admission webhook "policy.example.org" denied the request: no',
      'the admission webhook policy.example.org denies them; ask whoever runs it',
    ],
    ['something else', 'pods "shop-web-5f-x" is forbidden', 'kubectl describe replicaset says why'],
  ];
  for (const [what, message, wanted] of rows) {
    it(`is ${what}`, () => {
      assert.equal(forbidden(message), wanted);
      assert.doesNotMatch(forbidden(message), /5f-x|used/);
    });
  }
});
