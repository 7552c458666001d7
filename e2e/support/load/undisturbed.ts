import { run } from '../../cluster/command.ts';
import { leaveShares, members, returnToShares, weigh } from '../../cluster/control-groups.ts';
import { relayGroup } from '../../cluster/forwarder.ts';
import { currentInstance } from '../../cluster/lifecycle.ts';
import { isAlive } from '../../cluster/processes.ts';

/**
 * For times that are compared: visitors sit on other machines, and a node is nobody else's machine. So this process, which is the
 * visitors, and the relays, which are the network that they come by, wait for none that wants a processor too, and the whole cluster
 * has 20 times the share of what else runs here; without this the sites of a cluster together weigh as much as one compiler beside it.
 * Returns what puts it back.
 */
export async function undisturbed(): Promise<() => Promise<void>> {
  const cluster = currentInstance();
  await eachRelay(async (relay) => {
    leaveShares(relay);
    await schedule('rr', relay);
  });
  // What this process starts is as other processes are.
  await schedule('rr', process.pid, '--reset-on-fork');
  weigh(cluster, 20);
  return async () => {
    weigh(cluster, 1);
    await schedule('other', process.pid);
    await eachRelay(async (relay) => {
      await schedule('other', relay);
      returnToShares(relay, cluster, relayGroup);
    });
  };
}

async function schedule(policy: 'other' | 'rr', pid: number, ...more: string[]): Promise<void> {
  const priority = { other: '0', rr: '1' }[policy];
  await run('chrt', [`--${policy}`, ...more, '--all-tasks', '--pid', priority, String(pid)]);
}

/** Those that listen, and one for each connection, which may end meanwhile. */
async function eachRelay(act: (pid: number) => Promise<void>): Promise<void> {
  for (const pid of members(currentInstance(), relayGroup)) {
    try {
      await act(pid);
    } catch (error) {
      if (isAlive(pid)) throw error;
    }
  }
}
