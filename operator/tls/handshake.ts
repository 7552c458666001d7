import { Resolver } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Finding, RouteTarget } from '../components/component.ts';

export interface HandshakeOptions {
  /** Ranges that nobody is connected to. */
  forbidden: readonly string[];
  /** Others of these. Default: this machine and its link, where metadata services are. */
  own?: readonly string[];
  /** Milliseconds for the whole of it, DNS too. Default: 3000. */
  limit?: number;
  /** Default: 443, and nothing else outside of specs. */
  port?: number;
  /** Default: those of the system, and no others outside of specs. */
  nameServers?: readonly string[];
  now: () => Date;
}

/** What `target.host` is served at the address, and until when that is known to hold. */
export interface Greeting {
  finding: Finding;
  until?: Date;
  /** Time ran out before there was a connection, so that the address has none for other hosts either. */
  isSilent?: boolean;
}

/**
 * One TLS handshake as a visitor's browser would begin it, and no request. The address is what an ingress controller has written
 * into the status of the Ingress; a range that is forbidden is not connected to, whoever wrote it.
 */
export async function handshake(target: RouteTarget, options: HandshakeOptions): Promise<Greeting> {
  const { limit = 3000, now, own = ownRanges, forbidden } = options;
  const deadline = AbortSignal.timeout(limit);
  const address = await addressOf(target.address, options, deadline);
  if (deadline.aborted) return silence;
  if (address === undefined || blockList([...own, ...forbidden]).check(address, family(address)))
    return { finding: 'unreachable' };
  const certificate = await served(address, target.host, { deadline, port: options.port ?? 443 });
  if (certificate === 'silent') return silence;
  return typeof certificate === 'string' ? { finding: certificate } : judged(certificate, target.host, now());
}

const silence: Greeting = { finding: 'unreachable', isSilent: true };

/** Of a name, what DNS says: with its own sockets, since the resolver of the system takes a thread and may hang. */
async function addressOf(
  address: string,
  { nameServers }: HandshakeOptions,
  deadline: AbortSignal,
): Promise<string | undefined> {
  if (isIP(address) !== 0) return address;
  const resolver = new Resolver({ tries: 1 });
  if (nameServers !== undefined) resolver.setServers(nameServers);
  deadline.addEventListener('abort', () => resolver.cancel());
  const [first] = await resolver.resolve4(address).catch(() => []);
  return first;
}

const ownRanges = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'];

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length = ''] = range.split('/');
    list.addSubnet(network, Number(length), family(network));
  }
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

type Sight = PeerCertificate | 'none' | 'unreachable' | 'silent';

/** The certificate; or why there is none to be seen. */
function served(
  address: string,
  host: string,
  { deadline, port }: { deadline: AbortSignal; port: number },
): Promise<Sight> {
  return new Promise((resolve) => {
    // Whom the certificate is from is the visitors' affair: a private authority is as good as any.
    const socket: TLSSocket = connect({
      ...{ host: address, port, servername: host, rejectUnauthorized: false },
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    const end = (found: Sight): void => {
      socket.destroy();
      resolve(found);
    };
    deadline.addEventListener('abort', () => end(socket.connecting ? 'silent' : 'unreachable'));
    socket.once('secureConnect', () => end(shown(socket) ?? 'none'));
    // Who asks visitors for a certificate of theirs shows its own before, and then refuses.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end(shown(socket) ?? (isRefusal(error) ? 'none' : 'unreachable'));
    });
    socket.once('close', () => end('unreachable'));
  });
}

/** What the server has shown so far; Node says null of a socket that never came so far, whatever its types say. */
function shown(socket: TLSSocket): PeerCertificate | undefined {
  const certificate = socket.getPeerCertificate() as PeerCertificate | null;
  return certificate === null || Object.keys(certificate).length === 0 ? undefined : certificate;
}

/** A controller that has no certificate for the name, and no other that it would show, says so by one of these alerts. */
function isRefusal({ code = '' }: NodeJS.ErrnoException): boolean {
  return /^ERR_SSL_.*(UNRECOGNIZED_NAME|ALERT_INTERNAL_ERROR|ALERT_HANDSHAKE_FAILURE)$/.test(code);
}

/** What controllers show when they have nothing else. */
const controllersOwn: ReadonlySet<string> = new Set([
  'TRAEFIK DEFAULT CERT',
  'Kubernetes Ingress Controller Fake Certificate',
]);

function judged(certificate: PeerCertificate, host: string, now: Date): Greeting {
  const name: unknown = certificate.subject.CN;
  if (checkServerIdentity(host, certificate) !== undefined) {
    const isOwn = typeof name === 'string' && controllersOwn.has(name);
    return { finding: isOwn ? 'controllers-own' : 'other-host' };
  }
  const [from, until] = [new Date(certificate.valid_from), new Date(certificate.valid_to)];
  return from <= now && now < until ? { finding: 'valid', until } : { finding: 'out-of-date' };
}
