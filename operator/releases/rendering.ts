import type { Container, PodTemplate, Revision, Site } from '../components/component.ts';
import { withCopiesOf } from './config-files.ts';
import { sameContent } from '../objects/hash.ts';
import { componentLabels, revisionLabel } from '../objects/labels.ts';

/** The template of a revision: what was rendered, with the content of its image and its name on the pods. */
export function templateOf(
  { name, resolvedImage }: Pick<Revision, 'name' | 'resolvedImage'>,
  rendered: PodTemplate,
  site: Site,
): PodTemplate {
  const { annotations, labels } = rendered.metadata;
  const metadata = {
    labels: { ...labels, ...componentLabels(site, 'web'), [revisionLabel]: name },
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { metadata, spec: withImage(rendered, site.image, resolvedImage).spec };
}

export function withImage(template: PodTemplate, written: string, image = written): PodTemplate {
  if (image === written) return template;
  const { containers } = template.spec as { containers: Container[] };
  const named = containers.map((one) => (one.image === written ? { ...one, image } : one));
  return { ...template, spec: { ...template.spec, containers: named } };
}

/** Whether the same inputs would be rendered otherwise now: by another version of the operator, or another configuration. */
export function isOfOlderRendering(revision: Revision, rendered: PodTemplate, site: Site): boolean {
  const { template } = revision;
  return !sameContent(template, templateOf(revision, withCopiesOf(template, rendered), site));
}
