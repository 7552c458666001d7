import { keyOf } from '../../kube/key.ts';
import type { Index } from '../../kube/watch/store.ts';

/** For specs: objects by the value of their label `app.kubernetes.io/instance`. */
export const byInstance: Index = {
  name: 'instance',
  of: ({ metadata: { namespace, labels } }) => {
    const instance = labels?.['app.kubernetes.io/instance'];
    return namespace === undefined || instance === undefined ? undefined : keyOf(namespace, instance);
  },
};
