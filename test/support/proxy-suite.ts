import { afterAll, beforeAll, describe } from 'vitest';
import type { ProxyKind } from '../../src/lab/proxy/index.ts';
import { startMesh, type TestMesh } from './proxy-mesh.ts';
import { accessPart } from './proxy-suite/access.ts';
import { authorizationPart } from './proxy-suite/authorization.ts';
import { capturePart } from './proxy-suite/capture.ts';
import { failuresPart } from './proxy-suite/failures.ts';
import { lifePart } from './proxy-suite/life.ts';
import { modesPart } from './proxy-suite/modes.ts';
import { statisticsPart } from './proxy-suite/statistics.ts';
import { tokensPart } from './proxy-suite/tokens.ts';
import { trafficPart } from './proxy-suite/traffic.ts';

const traffic = 'traffic.sidecar.istio.io';

/** What any kind of proxy has to do in a lab: one suite for the built-in one and for Envoy, each given by its ProxyKind. */
export function proxySuite(kind: ProxyKind): void {
  describe(`${kind.name} sidecars`, () => {
    let mesh: TestMesh;
    beforeAll(async () => {
      mesh = await startMesh(kind, {
        pods: [
          { at: 'side/client', sidecar: true },
          {
            at: 'side/web',
            sidecar: true,
            annotations: { 'sidecar.istio.io/logLevel': 'warning,rbac:debug' },
          },
          { at: 'plain/client' },
          { at: 'plain/web' },
          { at: 'side/silent', sidecar: true, serves: false },
          { at: 'plain/silent', serves: false },
          { at: 'other/web', sidecar: true },
          { at: 'side/out-80', sidecar: true, annotations: { [`${traffic}/excludeOutboundPorts`]: '80' } },
          {
            at: 'side/out-ranges',
            sidecar: true,
            annotations: { [`${traffic}/includeOutboundIPRanges`]: '10.244.0.0/16' },
          },
          { at: 'side/in-8080', sidecar: true, annotations: { [`${traffic}/includeInboundPorts`]: '8080' } },
          { at: 'side/in-not-80', sidecar: true, annotations: { [`${traffic}/excludeInboundPorts`]: '80' } },
          { at: 'plain/twins-1', labels: { app: 'twins' } },
          { at: 'plain/twins-2', labels: { app: 'twins' } },
        ],
        services: [
          {
            at: 'side/web',
            ports: [
              'http-web:80',
              'tcp-echo:9000',
              'tcp-mysql:3306',
              ':8080',
              'grpc:7000',
              'http-alt:8081:8080',
            ],
          },
          { at: 'side/web-headless', ports: ['http:80', 'tcp:9000'], headless: true, selects: 'web' },
          { at: 'plain/web', ports: ['http:80', 'tcp:9000', 'http-hangs-up:9001'] },
          { at: 'other/web', ports: ['http:80'] },
          { at: 'side/empty', ports: ['http:80', 'tcp:9000'] },
          { at: 'side/silent', ports: ['http:80'] },
          { at: 'plain/silent', ports: ['http:80', 'tcp:9000'] },
          { at: 'plain/twins', ports: ['http:80'] },
          { at: 'side/in-8080', ports: ['http:80', 'http-alt:8080'] },
          { at: 'side/in-not-80', ports: ['http:80', 'http-alt:8080'] },
        ],
      });
    }, 60_000);
    afterAll(async () => mesh?.close());
    const ask = (): TestMesh => mesh;

    describe('traffic', () => trafficPart(ask));
    describe('capture', () => capturePart(ask));
    describe('modes', () => modesPart(ask));
    describe('authorization', () => authorizationPart(ask));
    describe('tokens', () => tokensPart(ask));
    describe('failures', () => failuresPart(ask));
    describe('logs and administration', () => accessPart(ask));
    describe('statistics', () => statisticsPart(ask));
  });

  describe(`${kind.name} sidecars, one after the other`, () => lifePart(kind));
}
