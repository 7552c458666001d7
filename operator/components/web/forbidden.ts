/** Why the cluster refuses pods, in words without the name of a pod or an amount in use: both change by themselves. */
export function forbidden(message: string): string {
  const quota = /exceeded quota: ([^,]+)/.exec(message)?.[1];
  if (quota !== undefined)
    return `the quota ${quota} of the namespace has no room; lower spec.size, or raise the quota`;
  const unlimited = /failed quota: ([^:]+): must specify ([^ ]+)/.exec(message);
  if (unlimited)
    return `the quota ${unlimited[1]} of the namespace asks for ${unlimited[2]}; write it in web.resources`;
  const standard = /violates PodSecurity "[^"]+": .*/s.exec(message)?.[0];
  if (standard !== undefined) return standard.trim().replace(/\.$/, '');
  const limit = /(?:maximum|minimum) (\S+) usage per (Container|Pod)/.exec(message);
  if (limit)
    return `a LimitRange of the namespace bounds ${limit[1]} per ${limit[2]}; change spec.size or web.resources`;
  const webhook = /admission webhook "([^"]+)" denied the request/.exec(message)?.[1];
  if (webhook !== undefined) return `the admission webhook ${webhook} denies them; ask whoever runs it`;
  return 'kubectl describe replicaset says why';
}
