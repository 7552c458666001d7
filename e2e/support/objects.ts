/** Plain Kubernetes objects for stories that need something beside a HostedSite. */

/** A restricted pod of the example image; with a claim, that is mounted at /data. */
export function pod(name: string, image: string, claimName?: string): object {
  const volumes = claimName === undefined ? [] : [{ name: 'data', persistentVolumeClaim: { claimName } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, fsGroup: 10005, seccompProfile: { type: 'RuntimeDefault' } },
      volumes,
      containers: [
        {
          name: 'example',
          image,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ containerPort: 3000, name: 'http' }],
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: '/data' })),
        },
      ],
    },
  };
}

/** The same pod, for the node of this name and no other. */
export function onNode(node: string, pod: object): object {
  const { spec } = pod as { spec: object };
  return { ...pod, spec: { ...spec, nodeSelector: { 'kubernetes.io/hostname': node } } };
}

/** For the pods with the label `app`, on port 80. */
export function service(name: string, app = name): object {
  const ports = [{ port: 80, targetPort: 'http' }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app }, ports } };
}

export function ingress(name: string, host: string): object {
  const backend = { service: { name, port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name },
    spec: { rules: [{ host, http }] },
  };
}

export function claim(
  name: string,
  accessMode: string,
  storage: string,
  storageClassName = 'standard',
): object {
  const spec = { accessModes: [accessMode], storageClassName, resources: { requests: { storage } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}
