/** Names of images, as container runtimes read them. */

/** Registries that nobody can pull from: images under these names are put into the nodes. */
const local: ReadonlySet<string> = new Set(['localhost', 'kind.local', 'ko.local', 'dev.local']);

/** Whether a registry could say which content the tag has. */
export function isMovable(image: string): boolean {
  return !image.includes('@') && !local.has(registryOf(image));
}

/** `imageID` is what a runtime says that a container was made of; without a digest of the same repository the tag stays. */
export function answer(imageID: string, image: string): string {
  const found = imageID.replace(/^docker-pullable:\/\//, '');
  const [repository = '', digest = ''] = found.split('@');
  const isKnown = /^sha256:[0-9a-f]{64}$/.test(digest) && whole(repository) === whole(withoutTag(image));
  return isKnown ? `${withoutTag(image)}@${digest}` : image;
}

function withoutTag(image: string): string {
  return image.replace(/:[^:/]*$/, '');
}

/** With what may be left out: Docker Hub is the registry of names that have none. */
function whole(repository: string): string {
  const registry = registryOf(repository);
  if (registry === '') return whole(`docker.io/${repository}`);
  const path = repository.slice(registry.length + 1);
  return registry === 'docker.io' && !path.includes('/') ? `docker.io/library/${path}` : repository;
}

/** Empty for a name without one. Only what is no name of a folder is a registry. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : '';
}
