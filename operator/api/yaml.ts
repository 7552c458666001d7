import {
  boolYaml11Tag,
  CORE_SCHEMA,
  dump,
  floatYaml11Tag,
  intYaml11Tag,
  load,
  loadAll,
  mergeTag,
  nullYaml11Tag,
} from 'js-yaml';

/**
 * YAML as kubectl and Helm read it: a bare On is true and 010 is eight, as in YAML 1.1, keys are merged, and a time is a text.
 */
const schema = CORE_SCHEMA.withTags(boolYaml11Tag, intYaml11Tag, floatYaml11Tag, nullYaml11Tag, mergeTag);

/** Every document; those without content are left out, as kubectl does it. Throws with line and column. */
export function readDocuments(text: string): unknown[] {
  return loadAll(text, { schema }).filter((one) => one !== null);
}

/** The one document; null when there is none. Throws when there are several. */
export function readYAML(text: string): unknown {
  return readDocuments(text).length === 0 ? null : load(text, { schema });
}

/** What readers of any version understand alike: a text that one of them would take for something else is quoted. */
export function writeYAML(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** One field on one line, as a person writes it: `hosts: [www.example.org]`. */
export function oneLine(name: string, value: unknown): string {
  return dump({ [name]: value }, { flowLevel: 1, lineWidth: -1, noRefs: true }).trimEnd();
}
