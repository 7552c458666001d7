import { config } from './config.ts';
import { inClusterAccess } from './kube/client/access.ts';
import { kubeconfigAccess } from './kube/client/api-client.ts';
import { systemClock as clock } from './kube/clock.ts';
import { logger } from './observability/logger.ts';
import { metrics } from './observability/metrics.ts';
import { operator } from './operator.ts';

process.on('uncaughtException', ({ message, stack }) => {
  logger('error', process.stdout).error('operator failed', { error: message, stack });
  process.exit(1);
});

const configuration = config();
const { api } = configuration;
const log = logger(configuration.logLevel, process.stdout);
const access = api.from === 'kubeconfig' ? kubeconfigAccess(api.path) : inClusterAccess(api);

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const surroundings = { access, clock, log, random: Math.random, metrics: metrics() };
const end = await operator(configuration, surroundings, stop.signal);
// Another process may lead already: what is under way here must not be finished.
if (end === 'lost') process.exit(1);
log.info('operator stopped');
process.exit(0);
