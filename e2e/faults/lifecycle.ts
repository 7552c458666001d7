import { mayGo } from './end-state.ts';
import type { Observer } from './observer.ts';
import type { Scenario } from './scenarios-converged.ts';

type Lifecycle = Observer['lifecycle'];

/** O5: nothing is made or deleted more often than without faults, but for what the fault itself may repeat. A line for each. */
export function moreOften(own: Lifecycle, reference: Lifecycle, scenario: Scenario): string[] {
  return [...own].flatMap(([name, { created, deleted }]) => {
    const expected = reference.get(name) ?? { created: 0, deleted: 0 };
    const again = Number(scenario.madeAnew?.includes(name) === true);
    const goes = Number(mayGo(name, scenario));
    const isMore = created > expected.created + again || deleted > expected.deleted + again + goes;
    const counts = `${name}: ${created} times made, ${deleted} times deleted`;
    return isMore ? [`${counts}; without faults ${expected.created} and ${expected.deleted}`] : [];
  });
}
