import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { progress, Refusal } from './command.ts';
import { loadArchive, loadBuiltImage } from './image-store.ts';
import { buildImage, isImageName, programOf } from './images.ts';
import { currentInstance, down, environment, runningCluster, status, up } from './lifecycle.ts';
import { alone } from './lock.ts';
import { commandNode, isNodeCommand, nodeCommands, nodeInWords, nodeNamed } from './node-faults.ts';
import { fetchDefinitions } from './modules.ts';
import { meetNeeds, refuseWithoutBuildTools } from './needs.ts';
import { allPrograms, buildPrograms, builtPrograms, missingPrograms } from './programs.ts';

const usage = `usage: main.ts COMMAND
  packages               install the Debian packages that are missing
  programs [NAME…]       build the programs that are missing (make programs), or these of them
  up [--nodes N]         start a cluster (make cluster); it has one node, or those that it had
  down [--keep]          stop it (make cluster-down); --keep leaves its data
  status                 say whether it runs, and where
  enter PROGRAM [ARG…]   run a program that reaches the cluster with kubectl and helm
  load ARCHIVE           put the images of an archive into every node
  image NAME…            build the project's own images, load them and print their names
  node COMMAND NODE      power-off, power-on, freeze, thaw, cut (from the network) or join (it again)`;

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  switch (command) {
    case 'packages':
      await meetNeeds(missingPrograms().length === 0);
      return 0;
    case 'programs':
      return programs(rest);
    case 'up':
      await alone(currentInstance(), () => up({ nodeCount: nodeCount(rest) }));
      return 0;
    case 'down':
      await alone(currentInstance(), () => down(rest.includes('--keep')));
      return 0;
    case 'status':
      progress(await status());
      return 0;
    case 'enter':
      return enter(rest);
    case 'load':
      return load(rest);
    case 'image':
      return image(rest);
    case 'node':
      await alone(currentInstance(), () => node(rest));
      return 0;
    default:
      throw new Refusal(usage);
  }
}

async function programs(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !allPrograms.includes(name));
  if (unknown.length > 0)
    throw new Refusal(`There is no program ${unknown.join(', ')}; there are ${allPrograms.join(', ')}.`);
  await refuseWithoutBuildTools(missingPrograms().length === 0);
  await buildPrograms(names.length > 0 ? names : allPrograms);
  await fetchDefinitions();
  return 0;
}

function nodeCount(words: readonly string[]): number | undefined {
  if (words[0] !== '--nodes') return undefined;
  const count = Number(words[1]);
  if (Number.isInteger(count) && count >= 1 && count <= 9) return count;
  throw new Refusal(`The number of nodes is a whole number from 1 to 9, not ${words[1]}.`);
}

async function enter(words: readonly string[]): Promise<number> {
  const [program, ...args] = words;
  if (program === undefined)
    throw new Refusal('Name a program to run, such as: e2e/cluster/enter kubectl get nodes');
  const result = spawnSync(program, args, { stdio: 'inherit', env: await environment() });
  if (result.error !== undefined) throw new Refusal(`${program} cannot be run: ${result.error.message}`);
  return result.status ?? 1;
}

async function load(words: readonly string[]): Promise<number> {
  const [archive] = words;
  if (archive === undefined)
    throw new Refusal('Name an image archive, such as: e2e/cluster/load-image shop.tar');
  await environment();
  const cluster = currentInstance();
  const names = await loadArchive(cluster, cluster.nodes, builtPrograms(), resolve(archive));
  for (const name of names) process.stdout.write(`${name}\n`);
  return 0;
}

async function image(words: readonly string[]): Promise<number> {
  await environment();
  for (const name of words) {
    if (!isImageName(name)) throw new Refusal(`There is no image ${name} in images/.`);
    const module = programOf(name);
    const programs = await buildPrograms(module === undefined ? [] : [module]);
    await buildImage(name, programs);
    process.stdout.write(`${await loadBuiltImage(currentInstance(), programs, name)}\n`);
  }
  return 0;
}

async function node([command, name]: readonly string[]): Promise<void> {
  if (!isNodeCommand(command)) throw new Refusal(`Say what to do with the node: ${nodeCommands.join(', ')}.`);
  const target = nodeNamed(currentInstance(), name);
  await environment();
  await commandNode(await runningCluster(), command, target);
  progress(await nodeInWords(currentInstance(), target));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  progress(error instanceof Refusal ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
}
