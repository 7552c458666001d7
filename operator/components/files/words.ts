import type { PartWords } from '../component.ts';

export const words: PartWords = {
  examples: {
    'spec.files': { size: '20Gi', accessMode: 'ReadWriteMany' },
    'spec.files.size': '20Gi',
    'spec.files.accessMode': 'ReadWriteMany',
    'spec.files.mountPath': '/srv/uploads',
    'spec.files.paths': [{ subPath: 'themes', mountPath: '/srv/themes' }],
    'spec.files.paths[].subPath': 'themes',
    'spec.files.paths[].mountPath': '/srv/themes',
  },
  neighbours: {
    'spec.files': [
      ['accessModes', 'accessMode'],
      ['storageClass', 'storageClassName'],
      ['storage', 'size'],
    ],
    'spec.files.accessMode': [
      ['RWO', 'ReadWriteOnce'],
      ['RWX, shared', 'ReadWriteMany'],
    ],
  },
};
