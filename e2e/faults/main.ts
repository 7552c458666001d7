import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Refusal } from '../cluster/command.ts';
import { Campaign } from './campaign.ts';
import type { Choice } from './campaign.ts';
import { families } from './families.ts';
import type { Family } from './families.ts';
import { PlanError, planOf } from './plan.ts';
import { scenarios } from './scenarios.ts';

/** `make faults`: points chosen, played, judged, counted. */
const usage =
  'usage: main.ts [--sample N] [--seed N] [--family F1,F2] [--scenario NAME,…] [--plan JSON] [--report FILE]';

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const choice = chosen();
  if (typeof choice === 'string') {
    process.stderr.write(`${choice}\n${usage}\n`);
    return 2;
  }
  const { file, ...rest } = choice;
  const campaign = await Campaign.begin((line) => process.stdout.write(`${line}\n`));
  try {
    const { report, passed, failed } = await campaign.run(rest);
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
    process.stdout.write(`\n  ${passed} passing\n  ${failed} failing\n`);
    return failed === 0 ? 0 : 1;
  } finally {
    await campaign.end();
  }
}

/** What the command line asks for, or what is wrong with it. */
function chosen(): (Choice & { file: string | undefined }) | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      options: { sample: text, seed: text, family: text, scenario: text, plan: text, report: text },
    });
    return {
      sample: number('sample', values.sample),
      seed: number('seed', values.seed) ?? Math.floor(Math.random() * 1_000_000),
      families: named('family', values.family, Object.keys(families)) as Family[],
      scenarios: named(
        'scenario',
        values.scenario,
        scenarios.map(({ name }) => name),
      ),
      plan: values.plan === undefined ? undefined : planOf(values.plan),
      file: values.report,
    };
  } catch (error) {
    if (error instanceof PlanError || error instanceof TypeError) return error.message;
    throw error;
  }
}

function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new PlanError(`--${option} must be a whole number, not ${text}`);
}

function named(option: string, text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const names = text.split(',');
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  throw new PlanError(`--${option}: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`);
}
