import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program is to answer when its words match: one after the other, and the last one again and again. */
export interface Scripted {
  readonly program: 'kubectl' | 'git';
  /** A pattern of the shell, which all words in one line are to match. The first that does counts. */
  readonly words: string;
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly says?: string;
  readonly complains?: string;
  readonly code?: number;
}

/**
 * Writes programs into `bin` that answer as scripted and log their words: what a script calls, without a cluster. `kubectl patch
 * --local` prints the patch alone, and applied is what reaches `kubectl apply`. `sleep` is a clock that `date` reads.
 */
export function scriptedPrograms(directory: string, scripted: readonly Scripted[]): void {
  mkdirSync(join(directory, 'bin'));
  mkdirSync(join(directory, 'answers'));
  for (const program of ['kubectl', 'git'] as const) {
    const arms = scripted.flatMap((one, at) => {
      if (one.program !== program) return [];
      one.answers.forEach((answer, turn) => writeAnswer(join(directory, 'answers', `${at}.${turn}`), answer));
      return [`  ${one.words}) turn ${at} ;;`];
    });
    writeProgram(directory, program, `${double}\ncase "$*" in\n${arms.join('\n')}\n${fallback}\nesac\n`);
  }
  writeFileSync(join(directory, 'clock'), '1000');
  writeFileSync(join(directory, 'calls'), '');
  writeProgram(directory, 'date', 'cat "$SCRIPTED/clock"\n');
  writeProgram(directory, 'sleep', 'echo $(($(cat "$SCRIPTED/clock") + $1)) >"$SCRIPTED/clock"\n');
}

/** The words of each call, in order. */
export function calls(directory: string): string[] {
  return readFileSync(join(directory, 'calls'), 'utf8').split('\n').filter(Boolean);
}

const double = `
printf '%s\\n' "$(basename "$0") $*" | tr '\\n' ' ' >>"$SCRIPTED/calls"
echo >>"$SCRIPTED/calls"
turn() {
  count=$(cat "$SCRIPTED/answers/$1.count" 2>/dev/null || echo 0)
  echo $((count + 1)) >"$SCRIPTED/answers/$1.count"
  while [ ! -f "$SCRIPTED/answers/$1.$count.code" ]; do count=$((count - 1)); done
  cat "$SCRIPTED/answers/$1.$count.says"
  cat "$SCRIPTED/answers/$1.$count.complains" >&2
  exit "$(cat "$SCRIPTED/answers/$1.$count.code")"
}
case "$*" in
  *'--dry-run=server'*) ;;
  'apply '* | *' apply '*) cat >>"$SCRIPTED/applied" ;;
esac`;

const fallback = `  *'patch --local'*'--output json'*)
    while [ "$1" != --patch ]; do shift; done
    printf '%s' "$2" ;;`;

function writeAnswer(stem: string, { says = '', complains = '', code = 0 }: Answer): void {
  writeFileSync(`${stem}.says`, says);
  writeFileSync(`${stem}.complains`, complains);
  writeFileSync(`${stem}.code`, String(code));
}

function writeProgram(directory: string, name: string, text: string): void {
  writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${text}`, { mode: 0o755 });
}
