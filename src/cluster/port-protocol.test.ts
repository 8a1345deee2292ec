import { expect, it } from 'vitest';
import { portProtocolOf } from './port-protocol.ts';

it.each([
  ['http', undefined, 80, 'http'],
  ['http-web', undefined, 80, 'http'],
  ['HTTP2', undefined, 80, 'http'],
  ['grpc-web-x', undefined, 80, 'http'],
  ['https', undefined, 443, 'tcp'],
  ['mongo-db', undefined, 80, 'tcp'],
  ['httpbin', undefined, 80, 'sniffed'],
  [undefined, undefined, 80, 'sniffed'],
  [undefined, undefined, 3306, 'tcp'],
  ['http', undefined, 3306, 'http'],
  ['http', 'tcp', 80, 'tcp'],
  ['tcp', 'kubernetes.io/h2c', 80, 'http'],
  ['tcp', 'kubernetes.io/wss', 80, 'tcp'],
  ['tcp', 'custom', 80, 'sniffed'],
  ['constructor', undefined, 80, 'sniffed'],
])('port %s, appProtocol %s, number %s is %s', (name, appProtocol, port, protocol) => {
  const names = {
    ...(name === undefined ? {} : { name }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
  expect(portProtocolOf({ port, ...names })).toBe(protocol);
});
