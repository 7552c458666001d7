import { kubectl, request } from './cluster.ts';
import type { Post } from './wordpress.ts';
import { sql } from './wordpress.ts';

/** What visitors write under a post of a WordPress, and whose address WordPress keeps with it. */

/** Each visitor says something of his own: WordPress takes nothing twice, and from nobody two things at once. */
function form({ id }: Post, words: string): string {
  const email = `${words.replaceAll(' ', '-')}@visitors.example`;
  const fields = { comment_post_ID: String(id), author: 'A visitor', email, comment: words };
  return new URLSearchParams(fields).toString();
}

const path = '/wp-comments-post.php';
const type = 'application/x-www-form-urlencoded';

/** By the ingress controller, which trusts no proxy. */
export async function comment(
  host: string,
  post: Post,
  words: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const sent = { ...headers, 'content-type': type };
  const { status, body } = await request(host, path, {
    method: 'POST',
    headers: sent,
    body: form(post, words),
  });
  if (status !== 302) throw new Error(`the comment is answered with ${status}: ${body.slice(0, 300)}`);
}

const inPod = `
[, $host, $forwarded, $body] = $argv;
$header = ["Host: $host", "X-Forwarded-For: $forwarded", 'Content-Type: ${type}'];
$http = ['method' => 'POST', 'header' => $header, 'content' => $body, 'follow_location' => 0, 'ignore_errors' => true];
$answer = file_get_contents('http://127.0.0.1:6081${path}', false, stream_context_create(['http' => $http]));
echo $http_response_header[0], "\\n", substr((string) $answer, 0, 300);
`;

/** To Varnish in a pod of the site, as an ingress controller that has been told which proxies to trust. */
export async function commentBehind(
  [namespace, name]: readonly [namespace: string, name: string],
  host: string,
  post: Post,
  { words, forwarded }: { words: string; forwarded: string },
): Promise<void> {
  const pod = ['exec', '-n', namespace, `deployment/${name}-web`, '-c', 'application', '--'];
  const told = await kubectl([...pod, 'php', '-r', inPod, host, forwarded, form(post, words)]);
  if (!/^HTTP\/1\.1 302 /.test(told)) throw new Error(`the comment is answered with ${told}`);
}

/** Words → address, of all comments of these words. */
export async function commentators(namespace: string, name: string): Promise<Record<string, string>> {
  const rows = await sql(namespace, name, 'SELECT comment_content, comment_author_IP FROM wp_comments');
  return Object.fromEntries(
    rows
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'))
      .filter(([words = '']) => words.startsWith('From '))
      .map(([words = '', address = '']) => [words, address]),
  );
}
