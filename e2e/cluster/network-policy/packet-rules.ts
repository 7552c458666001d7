import type { Allowance, Isolation } from './isolation.ts';

/**
 * The packet rules of one node. They stand in `mangle`, which is asked before `filter`, where kube-proxy lets pass what it
 * has marked; addresses of Services are pods' addresses there already. Only what is forwarded goes through them: a node
 * and its own pods (probes among it) always reach each other, as Kubernetes promises.
 */
const main = 'HS-POLICY';
const hook = `-A FORWARD -j ${main}`;
const chains = { Egress: 'HS-E', Ingress: 'HS-I' } as const;

/** Input for `iptables-restore --noflush`, as one transaction; `present` is what `iptables -t mangle -S` prints now. */
export function packetRules(isolated: readonly Isolation[], present: string): string {
  const names = isolated.map(chainName);
  const stale = present
    .split('\n')
    .flatMap((line) => /^-N (HS-[EI]-\S+)$/.exec(line)?.[1] ?? [])
    .filter((name) => !names.includes(name));
  return [
    '*mangle',
    ...[main, ...names, ...stale].map((name) => `:${name} - [0:0]`),
    ...(present.split('\n').includes(hook) ? [] : [hook]),
    // A change of policies ends no connection: it decides about new ones.
    `-A ${main} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN`,
    ...isolated.map(jump),
    ...isolated.flatMap(chain),
    ...stale.map((name) => `-X ${name}`),
    'COMMIT',
    '',
  ].join('\n');
}

function jump(isolation: Isolation): string {
  const { pod, direction } = isolation;
  const own = direction === 'Ingress' ? '-d' : '-s';
  const comment = `-m comment --comment ${pod.namespace}/${pod.name}`.slice(0, 250);
  return `-A ${main} ${own} ${pod.address} ${comment} -j ${chainName(isolation)}`;
}

function chain(isolation: Isolation): string[] {
  const { pod, direction, allowed } = isolation;
  const name = chainName(isolation);
  const other = direction === 'Ingress' ? '-s' : '-d';
  const itself: Allowance = { peer: pod.address };
  const passes = [itself, ...allowed].map(
    (allowance) => `-A ${name} ${other} ${allowance.peer}${portMatch(allowance)} -j RETURN`,
  );
  return [...passes, `-A ${name} -j DROP`];
}

function portMatch({ protocol, ports }: Allowance): string {
  if (protocol === undefined) return '';
  const match = ` -p ${protocol.toLowerCase()}`;
  if (ports === undefined) return match;
  const { first, last } = ports;
  return `${match} --dport ${first === last ? first : `${first}:${last}`}`;
}

function chainName({ pod, direction }: Isolation): string {
  return `${chains[direction]}-${pod.address}`;
}
