import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import { isCidr } from './api/cidr.ts';
import { duration, seconds } from './api/duration.ts';
import type { LogLevel } from './observability/logger.ts';
import { defaultHosts } from './sites/hosts/host-settings.ts';
import type { HostSettings } from './sites/hosts/host-settings.ts';
import { defaultNetwork, networkSettings } from './sites/network-settings.ts';
import type { NetworkSettings } from './sites/network-settings.ts';
import { imageReferences, images } from './components/images.ts';
import { defaultSizes, sizeTable } from './components/sizes.ts';
import type { SizeTable } from './components/sizes.ts';
import type { Images } from './components/sources.ts';
import { readYAML } from './api/yaml.ts';

/** Everything that the operator is told from outside; read once. */
export interface Config {
  /** The operator's own namespace: its Lease, and the copies of sites' credentials. */
  readonly namespace: string;
  readonly leaseName: string;
  /** Looked after are sites in these namespaces; undefined: wherever they are. */
  readonly watchNamespaces: readonly string[] | undefined;
  /** Who this process is: the pod's name, and something that no restart repeats. */
  readonly identity: string;
  readonly logLevel: LogLevel;
  readonly httpPort: number;
  readonly images: Readonly<Images>;
  readonly sizes: SizeTable;
  readonly network: NetworkSettings;
  readonly hosts: HostSettings;
  /** Ranges of addresses of proxies before the ingress controllers, for sites that name none. */
  readonly trustedProxies: readonly string[];
  /** Whether to look at what visitors are served over TLS. */
  readonly verifyTLS: boolean;
  readonly api: ApiAddress;
}

/** In a pod its service account, elsewhere a kubeconfig. */
export type ApiAddress =
  | { readonly from: 'pod'; readonly host: string; readonly port: string; readonly directory: string }
  | { readonly from: 'kubeconfig'; readonly path: string };

/** What is wrong with the environment, in sentences for the person who started the operator. */
export class ConfigError extends Error {}

/** Where the kubelet puts a pod's credentials. */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

type Environment = Readonly<Record<string, string | undefined>>;

const variables = z.object({
  POD_NAMESPACE: needed("the operator's own namespace"),
  RESOLVE_TAGS: z.enum(['true', 'false'], { error: 'RESOLVE_TAGS must be true or false.' }).default('false'),
  TRUSTED_PROXIES: z.string().default(''),
  VERIFY_TLS: z.enum(['true', 'false'], { error: 'VERIFY_TLS must be true or false.' }).default('false'),
  WATCH_NAMESPACES: z.string().default(''),
  LEASE_NAME: z.string().default('hostedsite-operator'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], { error: 'LOG_LEVEL must be error, warn, info or debug.' })
    .default('info'),
  HTTP_PORT: z.coerce
    .number('HTTP_PORT must be a port number.')
    .int('HTTP_PORT must be a port number.')
    .min(1, 'HTTP_PORT must be a port number.')
    .max(65535, 'HTTP_PORT must be a port number.')
    .default(8080),
  HOSTS_RELEASE_AFTER: z
    .string()
    .regex(/^[0-9]{1,5}[smh]$/, 'HOSTS_RELEASE_AFTER must be a time such as 168h, or 0s.')
    .default(duration(defaultHosts.releaseAfterSeconds)),
  HOSTS_PER_NAMESPACE: limit('HOSTS_PER_NAMESPACE'),
  SITES_PER_NAMESPACE: limit('SITES_PER_NAMESPACE'),
  POD_NAME: z.string().optional(),
  SIZES: z.string().optional(),
  NETWORK: z.string().optional(),
  KUBECONFIG: z.string().optional(),
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  KUBERNETES_SERVICE_PORT: z.string().default('443'),
});
const imageVariables = z.object(Object.fromEntries(images.map(({ variable, is }) => [variable, needed(is)])));

export function config(environment: Environment = process.env, read = readText): Config {
  const written = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const found = variables.and(imageVariables).safeParse(written);
  if (!found.success) throw new ConfigError(found.error.issues.map(({ message }) => message).join(' '));
  const values = found.data;
  return Object.freeze({
    namespace: values.POD_NAMESPACE,
    watchNamespaces: namespaces(values.WATCH_NAMESPACES),
    leaseName: values.LEASE_NAME,
    identity: `${values.POD_NAME ?? hostname()}_${randomBytes(4).toString('hex')}`,
    logLevel: values.LOG_LEVEL,
    httpPort: values.HTTP_PORT,
    images: Object.freeze({ ...imagesIn(values), resolveTags: values.RESOLVE_TAGS === 'true' }),
    sizes: overlaidBy(values.SIZES, { ...sizesFile, read }),
    network: overlaidBy(values.NETWORK, { ...networkFile, read }),
    hosts: hostSettings(values),
    trustedProxies: ranges(values.TRUSTED_PROXIES, 'TRUSTED_PROXIES'),
    verifyTLS: values.VERIFY_TLS === 'true',
    api: apiAddress(values),
  });
}

function imagesIn(values: Readonly<Record<string, unknown>>) {
  return imageReferences(({ variable }) => String(values[variable]));
}

/** 0 is none. */
function hostSettings(values: z.output<typeof variables>): HostSettings {
  const { HOSTS_PER_NAMESPACE: hosts, SITES_PER_NAMESPACE: sites } = values;
  return {
    releaseAfterSeconds: seconds(values.HOSTS_RELEASE_AFTER),
    ...(hosts === 0 ? {} : { hostsPerNamespace: hosts }),
    ...(sites === 0 ? {} : { sitesPerNamespace: sites }),
  };
}

function apiAddress(values: z.output<typeof variables>): ApiAddress {
  const { KUBECONFIG: path, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = values;
  if (path !== undefined) return { from: 'kubeconfig', path };
  if (host !== undefined) return { from: 'pod', host, port, directory: serviceAccount };
  throw new ConfigError(
    'KUBERNETES_SERVICE_HOST is not set, so this is no pod: name a kubeconfig file in KUBECONFIG.',
  );
}

/** A file that the operator may be given. */
interface Told<Value> {
  readonly what: string;
  readonly variable: string;
  readonly schema: z.ZodType<Value>;
  readonly standard: Value;
  readonly read: (path: string) => string;
}

const sizesFile = {
  what: 'The table of sizes',
  variable: 'SIZES',
  schema: sizeTable,
  standard: defaultSizes,
};
const networkFile = {
  ...{ what: 'The description of the network', variable: 'NETWORK' },
  ...{ schema: networkSettings, standard: defaultNetwork },
};

/** The file names only what is to differ from what is built in; YAML, so JSON too. */
function overlaidBy<Value>(path: string | undefined, reported: Told<Value>): Value {
  const { what, variable, schema, standard, read } = reported;
  if (path === undefined) return standard;
  const file = `${what} in ${path} (${variable})`;
  const found = schema.safeParse(overlaid(standard, content(path, file, read)));
  if (found.success) return found.data;
  const faults = found.error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`);
  throw new ConfigError(`${file} is wrong: ${faults.join('; ')}.`);
}

function content(path: string, file: string, read: (path: string) => string): unknown {
  try {
    return readYAML(read(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${file} cannot be read: ${why}.`);
  }
}

function overlaid(base: unknown, written: unknown): unknown {
  if (!isFields(base) || !isFields(written)) return written ?? base;
  const fields = new Set([...Object.keys(base), ...Object.keys(written)]);
  return Object.fromEntries([...fields].map((field) => [field, overlaid(base[field], written[field])]));
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function needed(what: string) {
  return z.string({ error: ({ path }) => `${String(path?.[0])} is not set: it names ${what}.` });
}

function limit(name: string) {
  const error = `${name} must be a whole number; 0 is no limit.`;
  return z.coerce.number(error).int(error).min(0, error).default(0);
}

/** Ranges of addresses, between commas; not all of them, or every visitor could write who he is. */
function ranges(text: string, name: string): string[] {
  const found = text === '' ? [] : text.split(',').map((range) => range.trim());
  if (found.every((range) => isCidr(range) && !range.endsWith('/0'))) return found;
  throw new ConfigError(
    `${name} must be ranges of addresses such as 10.20.0.0/16,2001:db8::/32, and not all addresses.`,
  );
}

/** Names of namespaces, between commas; none is no limit. */
function namespaces(text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  const found = [...new Set(text.split(',').map((name) => name.trim()))];
  if (found.every((name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))) return Object.freeze(found);
  throw new ConfigError('WATCH_NAMESPACES must be names of namespaces such as shop-a,shop-b.');
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
