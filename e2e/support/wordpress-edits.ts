import { kubectl } from './cluster.ts';

/** What somebody changes at the objects of the WordPress `shop`, and where it is seen. */
export const edits = [
  ['statefulset/shop-database', '{"spec":{"replicas":0}}', '{.spec.replicas}'],
  [
    'deployment/shop-web',
    '{"spec":{"template":{"spec":{"containers":[{"name":"application","image":"stolen"}]}}}}',
    '{.spec.template.spec.containers[*].image}',
  ],
  ['service/shop-database', '{"spec":{"ports":[{"port":3306,"targetPort":1}]}}', '{.spec.ports}'],
  ['serviceaccount/shop-web', '{"automountServiceAccountToken":true}', '{.automountServiceAccountToken}'],
  ['ingress/shop', '{"spec":{"rules":[{"host":"stolen.example"}]}}', '{.spec.rules}'],
] as const;

/** Whether a child is the configuration of a release that does not run: it is made anew when that is gone back to, and not before. */
export async function ofEarlierRelease(namespace: string, name: string): Promise<(child: string) => boolean> {
  const running = await kubectl(['get', 'deployment', `${name}-web`, '-n', namespace, '-o', 'json']);
  return (child) =>
    child.startsWith('ConfigMap/') && !running.includes(`"${child.slice('ConfigMap/'.length)}"`);
}
