import assert from 'node:assert/strict';
import type { Run } from './job.ts';
import type { Answer, Scripted } from './scripted-programs.ts';

/** What kubectl answers about one site, and what came of a job that asked. */

export const digest = (letter: string): string => `registry.example.org/shop@sha256:${letter.repeat(8)}`;

export const kubectl = (words: string, ...answers: Answer[]): Scripted => ({
  program: 'kubectl',
  words,
  answers,
});
export const says = (text: string): Answer => ({ says: text });

/** What the file of the site says: kind, name, namespace, image. */
export const file = (text = 'HostedSite|shop|customer-a|'): Scripted =>
  kubectl("*'patch --local'*jsonpath*", says(text));
/** What serves, as it was written and by its content, and the image of the deployment before. */
export const live = (text = ''): Scripted => kubectl("*'get hostedsite'*previous-image*", says(text));
/** Conditions that are True, poll by poll: generation and `Ready:7` words. */
export const polls = (...texts: string[]): Scripted =>
  kubectl("*'get hostedsite'*metadata.generation*", ...texts.map(says));
export const condition = (type: string, field: string, text: string): Scripted =>
  kubectl(`*'=="${type}")].${field}'*`, says(text));
export const url = kubectl('*urls*', says('http://www.example.org/'));
export const served = [file(), live(), polls('1|Ready:1 '), url];

export const image = (run: Run): unknown =>
  (JSON.parse(run.applied) as { spec: { image: unknown } }).spec.image;
export const annotations = (run: Run): unknown =>
  (JSON.parse(run.applied) as { metadata: { annotations: unknown } }).metadata.annotations;

/** Refused with one sentence at the end, and nothing was applied. */
export function refused(run: Run, sentence: RegExp): void {
  assert.notEqual(run.code, 0, run.log);
  assert.match(run.log.trimEnd().split('\n').at(-1) ?? '', sentence);
  assert.equal(run.applied, '');
}
