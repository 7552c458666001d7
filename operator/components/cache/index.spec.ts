import assert from 'node:assert/strict';
import { expectGolden } from '../../../tools/golden.ts';
import { documents, observed, released, testSite } from '../../testing/site.ts';
import type { TestOverrides } from '../../testing/site.ts';
import { cache } from './index.ts';
import { writeYAML } from '../../api/yaml.ts';

const sidecar = (overrides: TestOverrides = {}) => cache.sidecar?.(testSite(overrides), observed());
interface Varnish {
  command: string[];
  resources: Record<'requests' | 'limits', Record<string, string>>;
  [field: string]: unknown;
}
const container = (overrides: TestOverrides = {}) =>
  sidecar(overrides)?.initContainers?.[0] as unknown as Varnish;
const argument = (flag: string, overrides: TestOverrides = {}) => {
  const { command } = container(overrides);
  return command[command.indexOf(flag) + 1];
};
const configMap = (overrides: TestOverrides = {}) =>
  cache.manifests(testSite(overrides), observed(), released())[0]?.object;

describe('cache', () => {
  it('is the sidecar of the golden file', () => {
    expectGolden(new URL('golden/sidecar.yaml', import.meta.url), writeYAML(sidecar()));
  });

  it('is the ConfigMap of the golden file', () => {
    const expected = cache.manifests(testSite(), observed(), released());
    const short = expected.map((one) => ({ ...one, object: { ...one.object, data: { 'site.vcl': '…' } } }));
    expectGolden(new URL('golden/config-map.yaml', import.meta.url), documents(short));
  });

  it('is always there: it is the edge, also when nothing is stored', () => {
    assert.equal(cache.enabled(testSite({ cache: { mode: 'Pass' } })), true);
    assert.equal(sidecar()?.servingPort, 'http');
  });

  it('mounts the VCL that it writes', () => {
    const [volume] = sidecar()?.volumes ?? [];
    assert.deepEqual(volume?.['configMap'], { name: configMap()?.metadata.name });
  });

  it('names a VCL by its content, so that a release that is gone back to finds its own', () => {
    const name = (overrides: TestOverrides = {}) => configMap(overrides)?.metadata.name;
    assert.match(name() ?? '', /^shop-cache-[0-9a-f]{10}$/);
    assert.equal(name(), name());
    assert.notEqual(name(), name({ cache: { ttlSeconds: 1 } }));
    assert.equal(configMap()?.['immutable'], true);
  });

  it('is up before the application and ends after it', () => {
    assert.equal(container()['restartPolicy'], 'Always');
    assert.ok('startupProbe' in container());
  });

  const sizes: [string, string, string, string][] = [
    ['16Mi', '16M', '149Mi', '388Mi'],
    ['64Mi', '64M', '212Mi', '517Mi'],
    ['1Gi', '1024M', '1460Mi', '3109Mi'],
  ];
  for (const [memory, storage, request, limit] of sizes) {
    it(`requests ${request} for a storage of ${storage}, and may take ${limit} with tiny pages and all places taken`, () => {
      assert.equal(argument('-s', { cache: { memory } }), `default=malloc,${storage}`);
      const { requests, limits } = container({ cache: { memory } }).resources;
      assert.deepEqual([requests['memory'], limits['memory']], [request, limit]);
    });
  }

  it('lets a connection that stays open be silent for as long as the site says', () => {
    assert.ok(container().command.includes('pipe_timeout=3600'));
    assert.ok(container({ web: { idleTimeoutSeconds: 90 } }).command.includes('pipe_timeout=90'));
  });

  it('bounds what passes, by 128 KiB for each place and some for marks', () => {
    const { command } = container();
    assert.equal(command[command.lastIndexOf('-s') + 1], 'Transient=malloc,96M');
    // Four times this is what a slow visitor holds.
    assert.ok(command.includes('transit_buffer=32k'));
  });

  it('takes headers of 32 KiB in 128 lines, and has the room to work on them', () => {
    const parameters = [
      'http_req_hdr_len=32k',
      'http_resp_hdr_len=32k',
      'http_req_size=40k',
      'http_resp_size=40k',
      'http_max_hdr=192',
      'workspace_client=128k',
      'workspace_backend=128k',
    ];
    for (const parameter of parameters) assert.ok(container().command.includes(parameter), parameter);
  });

  it('can be told nothing from outside, and speaks no HTTP/2', () => {
    assert.equal(argument('-T'), 'none');
    assert.ok(container().command.includes('feature=-http2'));
    assert.ok(container().command.includes('vcc_feature=-unsafe_path'));
  });

  it('keeps idle connections longer than gateways, and shorter than applications', () => {
    assert.ok(container().command.includes('timeout_idle=120'));
    assert.ok(container().command.includes('backend_idle_timeout=1'));
  });

  it('is restricted, and writes to its own volumes only', () => {
    assert.deepEqual(container()['securityContext'], {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });
});
