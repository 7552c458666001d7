import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramDirectories } from '../cluster/programs.ts';

export interface Ports {
  readonly api: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

export interface ProgramPlace {
  /** Of data and logs. */
  readonly directory: string;
  /** Directory of keys and certificates. */
  readonly keys: string;
  readonly ports: Ports;
  readonly programs: ProgramDirectories;
  readonly audit: boolean;
  readonly autoscaler: boolean;
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

export function etcd({ directory, ports, programs }: ProgramPlace): string[] {
  const [client, peer] = [`http://127.0.0.1:${ports.etcdClient}`, `http://127.0.0.1:${ports.etcdPeer}`];
  return [
    join(programs.get('etcd') ?? '', 'etcd'),
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The kernel keeps what a killed process has written; only a loss of power would not.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

export function apiServer({ directory, keys, ports, programs, audit }: ProgramPlace): string[] {
  const key = (name: string): string => join(keys, name);
  return [
    join(programs.get('kubernetes') ?? '', 'kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${ports.api}`,
    `--tls-cert-file=${key('apiserver.crt')}`,
    `--tls-private-key-file=${key('apiserver.key')}`,
    `--client-ca-file=${key('ca.crt')}`,
    `--service-account-key-file=${key('sa.pub')}`,
    `--service-account-signing-key-file=${key('sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/12',
    '--authorization-mode=RBAC',
    // No controller makes service accounts here.
    '--disable-admission-plugins=ServiceAccount',
    ...(audit ? auditing(directory) : []),
  ];
}

function auditing(directory: string): string[] {
  const policy = join(directory, 'audit-policy.json');
  writeFileSync(policy, JSON.stringify(auditPolicy));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${join(directory, 'audit.log')}`];
}

/** The controllers that turn a site's objects into pods, and those that clean up; fast enough not to be what is measured. */
export function controllerManager({ directory, keys, ports, programs, autoscaler }: ProgramPlace): string[] {
  const controllers = [
    'deployment-controller',
    'replicaset-controller',
    'statefulset-controller',
    'job-controller',
  ];
  const scaling = autoscaler ? ['horizontal-pod-autoscaler-controller'] : [];
  const cleaning = ['garbage-collector-controller', 'namespace-controller'];
  return [
    join(programs.get('kubernetes') ?? '', 'kube-controller-manager'),
    `--master=https://127.0.0.1:${ports.api}`,
    // All rights: in a cluster each controller has an account of its own, which needs a token each.
    `--kubeconfig=${join(directory, 'admin.kubeconfig')}`,
    `--root-ca-file=${join(keys, 'ca.crt')}`,
    `--controllers=${[...controllers, ...scaling, ...cleaning].join(',')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--concurrent-gc-syncs=20',
    '--horizontal-pod-autoscaler-sync-period=1s',
  ];
}
