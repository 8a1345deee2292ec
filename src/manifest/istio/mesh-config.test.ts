import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../yaml/index.ts';
import type { Problem } from '../kit/index.ts';
import { readMeshConfig, readMeshConfigMap } from './index.ts';

function read(mesh: string): { settings: unknown; problems: readonly Problem[] } {
  const text = `data:\n  mesh: |-\n${mesh.replace(/^/gm, '    ')}\n`;
  const [document] = readDocuments(text);
  const problems: Problem[] = [];
  return { settings: readMeshConfigMap(document!.root!, problems), problems };
}

describe('readMeshConfigMap', () => {
  it('reads what changes a verdict and leaves the rest absent', () => {
    const mesh = [
      'rootNamespace: mesh-root',
      'trustDomain: td.example',
      'trustDomainAliases: [old.example]',
      'enableAutoMtls: false',
      'pathNormalization: {normalization: MERGE_SLASHES}',
      'defaultConfig: {discoveryAddress: x, gatewayTopology: {numTrustedProxies: 2}}',
      'extensionProviders:',
      '- name: opa',
      '  envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}',
      '- name: portless',
      '  envoyExtAuthzHttp: {service: x.y}',
      '- name: traces',
      '  zipkin: {service: zipkin, port: 9411}',
      'accessLogFile: /dev/stdout',
    ].join('\n');
    expect(read(mesh)).toEqual({
      settings: {
        rootNamespace: 'mesh-root',
        trustDomain: 'td.example',
        trustDomainAliases: ['old.example'],
        enableAutoMtls: false,
        pathNormalization: 'MERGE_SLASHES',
        trustedProxies: 2,
        authorizers: [
          {
            name: 'opa',
            protocol: 'grpc',
            usable: true,
            check: { service: 'opa.opa.svc.cluster.local', port: 9191 },
          },
          { name: 'portless', protocol: 'http', usable: false, check: { service: 'x.y', port: 0 } },
          { name: 'traces', protocol: 'other', usable: false },
        ],
      },
      problems: [],
    });
  });

  it.each(['trustDomain: 5', 'pathNormalization: {normalization: merge}', 'a: [', 'trustDomain'])(
    'reports %j, which istiod cannot read either',
    (mesh) => {
      const { settings, problems } = read(mesh);
      expect(settings).toBeUndefined();
      expect(problems).toMatchObject([{ code: 'PC2220', path: ['data', 'mesh'] }]);
    },
  );
});

it('takes DEFAULT for BASE and an empty text for nothing said', () => {
  const json = { pathNormalization: { normalization: 'DEFAULT' }, trustDomain: '', rootNamespace: null };
  expect(readMeshConfig(json)).toEqual({ settings: { pathNormalization: 'BASE' } });
});

it('warns of keys that are nearly known, and of no others', () => {
  const mesh = [
    'trustDomian: a',
    'root_namespace: b',
    'enableTracing: true',
    'defaultProviders: {}',
    'extensionProviders: [{name: opa, envoyExtAuthzHtpp: {service: x}}]',
  ].join('\n');
  const { settings, problems } = read(mesh);
  expect(settings).toMatchObject({ rootNamespace: 'b' });
  expect(problems).toMatchObject([
    { code: 'PC2001', severity: 'warning', path: ['data', 'mesh'], help: 'Did you mean trustDomain?' },
    { message: 'unknown field extensionProviders[0].envoyExtAuthzHtpp of the mesh configuration' },
  ]);
});
