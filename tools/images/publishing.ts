import { writeYAML } from '../../operator/api/yaml.ts';
import { images } from '../../operator/components/images.ts';

/** Named by the chart: `<registry>/<name>`. */
const ofChart: readonly string[] = [...images.map(({ value }) => value), 'operator'];
/** What sites and the operator need, and an application to begin with; not what only tests need. */
export const published: readonly string[] = ['wordpress', ...ofChart];

const example = 'registry.example.org/hostedsite';
const usage = `make images REGISTRY=${example} PUSH=1`;

/** What is wrong with what somebody has written, in one sentence that says what to write; undefined when nothing is. */
export function publishRefusal(registry: string, push: string): string | undefined {
  if (!['', '1'].includes(push)) return `PUSH is 1 or is left out, not ${push}: ${usage}`;
  if (registry === '') return `Say where the images are to go: ${usage}`;
  return registryRefusal(registry);
}

const host = String.raw`(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|\[[0-9a-f:]+\]|[a-z0-9-]+(?=:))(?::\d+)?`;
const name = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const whole = new RegExp(`^${host}(?:/${name})*$`);

function registryRefusal(registry: string): string | undefined {
  const better = registry
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const usable = whole.test(better) ? better : example;
  if (registry.includes('://')) return `REGISTRY is a name without a scheme: write REGISTRY=${usable}`;
  if (registry.endsWith('/')) return `REGISTRY does not end with a slash: write REGISTRY=${usable}`;
  if (registry !== registry.toLowerCase()) return `REGISTRY is lower case: write REGISTRY=${usable}`;
  if (/@|:[^/]*$/.test(registry.replace(new RegExp(`^${host}(?=/|$)`), '')))
    return `REGISTRY has no tag and no digest, these are added: write REGISTRY=${example}`;
  if (whole.test(registry)) return undefined;
  return `REGISTRY=${registry} is a registry's host and a path, as in REGISTRY=${example} or REGISTRY=docker.io/example`;
}

/** Why an image was not pushed, in one sentence that says what to do, from buildah's words; else with the last of these. */
export function pushFailure(registry: string, target: string, words: string): string {
  const [server = registry] = registry.split('/');
  const [, logins] = /checking authfile: stat (.*): no such file/.exec(words) ?? [];
  if (logins !== undefined)
    return `REGISTRY_AUTH_FILE is ${logins}, which is not there: buildah login ${server} writes it, or name another.`;
  if (/unauthorized|authentication required|denied|invalid username\/password|\b40[13]\b/i.test(words))
    return `${server} lets nobody push to ${registry} like this: log in with buildah login ${server}, or name the file of a login that may push there in REGISTRY_AUTH_FILE.`;
  if (/server gave HTTP response to HTTPS client/i.test(words))
    return `${server} speaks plain HTTP: if that is wanted, say insecure = true of it in registries.conf, as buildah reads it.`;
  const last = words.trim().split('\n').at(-1) ?? '';
  return `${target} was not pushed: ${last.replace(/^.*?Error: /, '')}`;
}

/** Values for the chart: the images of this push by what is in them, wherever their tags move later. */
export function imagesValues(registry: string, digests: Readonly<Record<string, string>>): string {
  const named = ofChart.flatMap((one) => (digests[one] === undefined ? [] : [[one, digests[one]]]));
  return `# Made by \`make images PUSH=1\`: helm install … --values images-values.yaml\n${writeYAML({
    registry,
    digests: Object.fromEntries(named) as unknown,
  })}`;
}
