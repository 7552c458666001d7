import { progress } from './cluster/command.ts';
import { installOperator, operatorNamespace } from './operator.ts';

/** `make operator`: this checkout's operator, in this checkout's cluster. */
await installOperator();
progress(`The operator runs in namespace ${operatorNamespace}.`);
