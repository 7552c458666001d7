import { progress } from './cluster/command.ts';
import { buildImage } from './cluster/images.ts';
import { installOperator, namedImages, nameImages, operatorImages, operatorNamespace } from './operator.ts';

/** `make operator`: this checkout's operator, in this checkout's cluster. */
for (const name of [...operatorImages, ...Object.values(namedImages)]) await buildImage(name, new Map());
await installOperator();
await nameImages();
progress(`The operator runs in namespace ${operatorNamespace}.`);
