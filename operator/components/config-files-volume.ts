/** Volumes of the copies of `web.configFiles`, in the order of the list. No other one is named so. */
const stem = 'config-files-';

export function configFilesVolume(at: number): string {
  return `${stem}${at}`;
}

export function holdsConfigFiles({ name }: { name: string }): boolean {
  return name.startsWith(stem);
}
