import type { ContainerStateTerminated } from 'kubernetes-types/core/v1.d.ts';

/** So much of a container's last lines is remembered, in characters: releases and statuses hold them. */
const longest = 1000;

/** What the runtime says of a container that it could not start is not the container's. */
export function lastLines({ message = '', reason }: ContainerStateTerminated): string {
  if (reason === 'StartError' || reason === 'ContainerCannotRun') return '';
  const text = readable(message);
  const end = text.slice(-longest).replace(/^[\uDC00-\uDFFF]/, '');
  return text.length <= longest ? text : end.slice(end.indexOf('\n') + 1);
}

/** Without colours and other control characters, and without credentials in addresses. */
function readable(text: string): string {
  return text
    .replaceAll(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '')
    .replaceAll(/[^\P{C}\n\t]/gu, '')
    .replaceAll(/:\/\/[^\s:@/]*:[^\s@/]+@/g, '://***@')
    .trim();
}
