import type { Gateway, GatewayClass } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import {
  anything,
  type Decoder,
  fieldOf,
  int32,
  list,
  listAt,
  map,
  numberAt,
  objectStruct,
  type Problem,
  struct,
  text,
  textAt,
} from '../kit/index.ts';

// gateway.networking.k8s.io v1 (v1beta1 is one schema with it); what decides nothing here is not looked into.

const gatewayApi = {
  group: 'gateway.networking.k8s.io',
  versions: ['v1', 'v1beta1'],
  policy: false,
  custom: true,
} as const;

const listener = struct('Listener', {
  name: text,
  hostname: text,
  port: int32,
  protocol: text,
  tls: anything,
  allowedRoutes: anything,
});

export const gatewayDecoder: Decoder<Gateway> = {
  ...gatewayApi,
  kind: 'Gateway',
  namespaced: true,
  shape: objectStruct('Gateway', {
    spec: struct('GatewaySpec', {
      gatewayClassName: text,
      listeners: list(listener),
      addresses: anything,
      infrastructure: struct('GatewayInfrastructure', {
        labels: map(text),
        annotations: map(text),
        parametersRef: anything,
      }),
      backendTLS: anything,
      allowedListeners: anything,
      tls: anything,
      defaultScope: text,
    }),
    status: anything,
  }),
  decode(root, head, problems) {
    const spec = fieldOf(root, 'spec');
    const gatewayClassName = textAt(spec, 'gatewayClassName') ?? '';
    if (gatewayClassName === '')
      requireField('spec.gatewayClassName', ['spec', 'gatewayClassName'], problems);
    return {
      ...head,
      kind: 'Gateway',
      spec: { gatewayClassName, listeners: listAt(spec, 'listeners', readListener) ?? [] },
    };
  },
};

export const gatewayClassDecoder: Decoder<GatewayClass> = {
  ...gatewayApi,
  kind: 'GatewayClass',
  namespaced: false,
  shape: objectStruct('GatewayClass', {
    spec: struct('GatewayClassSpec', { controllerName: text, parametersRef: anything, description: text }),
    status: anything,
  }),
  decode(root, head, problems) {
    const controllerName = textAt(fieldOf(root, 'spec'), 'controllerName') ?? '';
    if (controllerName === '') requireField('spec.controllerName', ['spec', 'controllerName'], problems);
    return { ...head, kind: 'GatewayClass', spec: { controllerName } };
  },
};

function readListener(node: YamlNode): Gateway['spec']['listeners'][number] {
  return {
    name: textAt(node, 'name') ?? '',
    port: numberAt(node, 'port') ?? 0,
    protocol: textAt(node, 'protocol') ?? '',
  };
}

function requireField(field: string, path: readonly string[], problems: Problem[]): void {
  problems.push({ code: 'PC2003', severity: 'error', path, message: `${field}: Required value` });
}
