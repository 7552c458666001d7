import { progress } from './cluster/command.ts';
import { buildImage } from './cluster/images.ts';
import { installOperator, operatorImages, operatorNamespace } from './operator.ts';

/** `make operator`: this checkout's operator, in this checkout's cluster. */
for (const name of operatorImages) await buildImage(name, new Map());
await installOperator();
progress(`The operator runs in namespace ${operatorNamespace}.`);
