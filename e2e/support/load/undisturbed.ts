import { run } from '../../cluster/command.ts';
import { weigh } from '../../cluster/control-groups.ts';
import { currentInstance } from '../../cluster/lifecycle.ts';

/**
 * For times that are compared: visitors sit on other machines, and a node is nobody else's machine. So this process, which is the
 * visitors, waits for none that wants a processor too, and the whole cluster has 20 times the share of what else runs here; without
 * this the sites of a cluster together weigh as much as one compiler beside it. Returns what puts it back.
 */
export async function undisturbed(): Promise<() => Promise<void>> {
  const cluster = currentInstance();
  // What this process starts is as other processes are.
  await run('chrt', ['--rr', '--reset-on-fork', ...everyThread('1')]);
  weigh(cluster, 20);
  return async () => {
    weigh(cluster, 1);
    await run('chrt', ['--other', ...everyThread('0')]);
  };
}

function everyThread(priority: string): string[] {
  return ['--all-tasks', '--pid', priority, String(process.pid)];
}
