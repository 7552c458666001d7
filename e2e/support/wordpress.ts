import { createHash } from 'node:crypto';
import { image, kubectl, request } from './cluster.ts';
import type { Answer, RequestOptions } from './cluster.ts';
import { owned } from './data.ts';
import { condition, site } from './site.ts';
import { readYAML } from '../../operator/api/yaml.ts';

/** What a person with a browser, or `kubectl exec`, does with a WordPress. */

/** The smallest picture: one transparent pixel. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

export const pictureHash = createHash('sha256').update(picture).digest('hex');

/** Logged in; both are sent with what an author does. */
export interface Session {
  readonly cookie: string;
  readonly nonce: string;
}

export interface Post {
  readonly id: number;
  readonly path: string;
  readonly title: string;
}

/** What a person writes for a WordPress that may have several pods: ten lines. */
export async function tenLines(name: string, host: string): Promise<string> {
  return `apiVersion: hostedsite.dev/v1alpha1
kind: HostedSite
metadata:
  name: ${name}
spec:
  image: ${await image('wordpress')}
  preset: WordPress
  hosts: [${host}]
  database: {engine: MariaDB}
  files: {accessMode: ReadWriteMany}
`;
}

/** The same with more fields. */
export async function wordpressSite(
  name: string,
  host: string,
  more: Record<string, unknown> = {},
): Promise<object> {
  const site = readYAML(await tenLines(name, host)) as { spec: Record<string, unknown> };
  return { ...site, spec: { ...site.spec, ...more } };
}

/** Deletes a site with its data and credentials: those of a namespace that just goes would stay with the operator. */
export async function forget(namespace: string, name: string): Promise<void> {
  const found = await kubectl([
    'get',
    'hostedsite',
    name,
    '-n',
    namespace,
    '--ignore-not-found',
    '-o',
    'name',
  ]);
  if (found === '') return;
  const policy = '{"spec":{"deletionPolicy":"Delete"}}';
  await kubectl(['patch', 'hostedsite', name, '-n', namespace, '--type=merge', '-p', policy]);
  // Before the operator has seen the policy, nothing goes with the site.
  const promised = '--for=jsonpath={.status.deletionPolicy}=Delete';
  await kubectl(['wait', `hostedsite/${name}`, '-n', namespace, promised, '--timeout=60s']);
  await owned(namespace, name);
  await kubectl(['delete', 'hostedsite', name, '-n', namespace, '--timeout=60s']);
}

/** Where the condition ApplicationReady says that the administrator's password is. */
export async function administrator(
  namespace: string,
  name: string,
): Promise<{ user: string; password: string }> {
  const { message = '' } = condition(await site(namespace, name), 'ApplicationReady') ?? {};
  const [, user, secret, key] = /Log in as (\w+);.* Secret ([a-z0-9-]+), key (\w+)/.exec(message) ?? [];
  if (user === undefined || secret === undefined || key === undefined)
    throw new Error(`ApplicationReady does not say where the password is: ${message}`);
  return { user, password: (await secretData(namespace, secret))[key] ?? '' };
}

export async function secretData(namespace: string, name: string): Promise<Record<string, string>> {
  const text = await kubectl(['get', 'secret', name, '-n', namespace, '-o', 'json']);
  const { data } = JSON.parse(text) as { data: Record<string, string> };
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

/** By https, where a certificate to trust is given. */
type Way = Pick<RequestOptions, 'ca'>;

/** Fills in the form of /wp-login.php; undefined when WordPress refuses. */
export async function logIn(
  host: string,
  user: string,
  password: string,
  way: Way = {},
): Promise<Session | undefined> {
  const form = new URLSearchParams({ log: user, pwd: password, 'wp-submit': 'Log In', testcookie: '1' });
  const answer = await request(host, '/wp-login.php', {
    ...way,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: 'wordpress_test_cookie=WP%20Cookie%20check',
    },
    body: form.toString(),
  });
  if (answer.status !== 302) return undefined;
  const cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ');
  const withCookie = { ...way, headers: { cookie } };
  const nonce = await request(host, '/wp-admin/admin-ajax.php?action=rest-nonce', withCookie);
  if (nonce.status !== 200) throw new Error(`no nonce: ${nonce.status} ${nonce.body}`);
  return { cookie, nonce: nonce.body };
}

export async function administratorSession(
  namespace: string,
  name: string,
  host: string,
  way: Way = {},
): Promise<Session> {
  const { user, password } = await administrator(namespace, name);
  const session = await logIn(host, user, password, way);
  if (session === undefined) throw new Error(`${user} is not let in`);
  return session;
}

/** As the editor does when its button Publish is pressed. */
export async function publish(host: string, session: Session, title: string): Promise<Post> {
  const body = JSON.stringify({ title, content: `Words of ${title}`, status: 'publish' });
  const { id, link } = (await rest(host, session, 'posts', {
    headers: { 'content-type': 'application/json' },
    body,
  })) as {
    id: number;
    link: string;
  };
  return { id, path: new URL(link).pathname, title };
}

/** Returns the path at which the picture is served. */
export async function upload(host: string, session: Session, name: string): Promise<string> {
  const headers = { 'content-type': 'image/png', 'content-disposition': `attachment; filename="${name}"` };
  const { source_url: url } = (await rest(host, session, 'media', { headers, body: picture })) as {
    source_url: string;
  };
  return new URL(url).pathname;
}

async function rest(host: string, session: Session, kind: string, options: RequestOptions): Promise<unknown> {
  const headers = { ...options.headers, cookie: session.cookie, 'x-wp-nonce': session.nonce };
  const answer = await request(host, `/wp-json/wp/v2/${kind}`, { ...options, method: 'POST', headers });
  if (answer.status !== 201) throw new Error(`${kind}: ${answer.status} ${answer.body.slice(0, 500)}`);
  return JSON.parse(answer.body);
}

let asked = 0;

/** A visitor's request that no cache can have the answer to. */
export function uncached(host: string, path: string): Promise<Answer> {
  asked += 1;
  return request(host, `${path}?asked=${Date.now()}-${asked}`);
}

export async function shows(host: string, { path, title }: Post): Promise<boolean> {
  const { status, body } = await uncached(host, path);
  return status === 200 && body.includes(`Words of ${title}`);
}

/** SQL as root, over the socket in the database's pod; the password is in the container's environment. */
export async function sql(namespace: string, name: string, statement: string): Promise<string> {
  const client =
    'MYSQL_PWD=$MARIADB_ROOT_PASSWORD exec mariadb --no-defaults -S /run/mysqld/mysqld.sock -u root -N -B site';
  return kubectl(['exec', '-i', '-n', namespace, `${name}-database-0`, '--', 'sh', '-c', client], statement);
}

/** MiB of the file system in which the database is. */
export async function databaseVolume(namespace: string, name: string): Promise<number> {
  const pod = ['exec', '-n', namespace, `${name}-database-0`, '--'];
  const told = await kubectl([...pod, 'df', '-B1M', '--output=size', '/var/lib/mysql']);
  return Number(told.split('\n')[1]);
}

interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string; labels: Record<string, string> };
  status: Record<'initContainerStatuses' | 'containerStatuses', { restartCount: number }[] | undefined>;
}

/** Without those on their way out, and without runs of cron jobs, which come and go by the clock. */
async function livePods(namespace: string): Promise<Pod[]> {
  const { items } = JSON.parse(await kubectl(['get', 'pods', '-n', namespace, '-o', 'json'])) as {
    items: Pod[];
  };
  return items.filter(
    ({ metadata: { deletionTimestamp, labels } }) =>
      deletionTimestamp === undefined && labels['app.kubernetes.io/component'] !== 'cron',
  );
}

export async function webPods(namespace: string, name: string): Promise<string[]> {
  const wanted = Object.entries({ instance: name, component: 'web' });
  return (await livePods(namespace))
    .filter(({ metadata: { labels } }) =>
      wanted.every(([key, value]) => labels[`app.kubernetes.io/${key}`] === value),
    )
    .map(({ metadata }) => metadata.name);
}

/** Pod → how often its containers were started again. A pod that is another one has another key. */
export async function starts(namespace: string): Promise<Map<string, number[]>> {
  const pods = await livePods(namespace);
  return new Map(
    pods.map(({ metadata, status: { initContainerStatuses = [], containerStatuses = [] } }) => [
      `${metadata.name} ${metadata.uid}`,
      [...initContainerStatuses, ...containerStatuses].map(({ restartCount }) => restartCount),
    ]),
  );
}

/** PHP in a web pod, beside Apache. */
export function php(namespace: string, name: string, code: string): Promise<string> {
  const inPod = ['exec', '-n', namespace, `deployment/${name}-web`, '-c', 'application', '--'];
  return kubectl([...inPod, 'php', '-d', 'display_errors=stderr', '-r', code]);
}

const ask = `
$context = stream_context_create(['http' => ['header' => "Host: $argv[1]"]]);
$body = file_get_contents("http://127.0.0.1:8000$argv[2]?" . bin2hex(random_bytes(8)), false, $context);
echo $body === false ? 'nothing' : hash('sha256', $body);
`;

/** Asks Apache in this very pod; returns the SHA-256 of what it serves. */
export function servedBy(namespace: string, pod: string, host: string, path: string): Promise<string> {
  return kubectl(['exec', '-n', namespace, pod, '-c', 'application', '--', 'php', '-r', ask, host, path]);
}
