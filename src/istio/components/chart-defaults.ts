import type { Chart, Values } from './types.ts';

const off: Values = { networkPolicy: { enabled: false } };

const controlPlane: Values = { ...off, resourceScope: 'all' };

/**
 * What each chart's values.yaml sets, as far as the NetworkPolicy and whom it selects depend on it. The same in all versions that have one. In the chart it
 * stands below `_internal_defaults_do_not_set`.
 */
export const chartDefaults: Readonly<Record<Chart, Values>> = {
  istiod: {
    revision: '',
    ownerName: '',
    istiodRemote: { enabled: false },
    global: controlPlane,
  },
  'istio-cni': {
    revision: '',
    ownerName: '',
    ambient: { enabled: false, shareHostNetworkNamespace: false },
    global: controlPlane,
  },
  ztunnel: {
    resourceName: '',
    revision: '',
    labels: {},
    resourceScope: 'all',
    global: off,
  },
  gateway: {
    name: '',
    revision: '',
    kind: 'Deployment',
    service: {
      type: 'LoadBalancer',
      selectorLabels: {},
      ports: [
        { name: 'status-port', port: 15021, protocol: 'TCP', targetPort: 15021 },
        { name: 'http2', port: 80, protocol: 'TCP', targetPort: 80 },
        { name: 'https', port: 443, protocol: 'TCP', targetPort: 443 },
      ],
    },
    labels: { 'istio.io/dataplane-mode': 'none' },
    networkGateway: '',
    networkGatewayPorts: {
      'status-port': { port: 15021, targetPort: 15021 },
      tls: { port: 15443, targetPort: 15443 },
      'tls-istiod': { port: 15012, targetPort: 15012 },
      'tls-webhook': { port: 15017, targetPort: 15017 },
    },
    global: off,
  },
  'istio-ingress': {
    gateways: {
      'istio-ingressgateway': {
        name: 'istio-ingressgateway',
        labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
        ports: [
          { port: 15021, targetPort: 15021, name: 'status-port', protocol: 'TCP' },
          { port: 80, targetPort: 8080, name: 'http2', protocol: 'TCP' },
          { port: 443, targetPort: 8443, name: 'https', protocol: 'TCP' },
        ],
      },
    },
    revision: '',
    ownerName: '',
    global: off,
  },
  'istio-egress': {
    gateways: {
      'istio-egressgateway': {
        name: 'istio-egressgateway',
        ports: [
          { port: 80, targetPort: 8080, name: 'http2', protocol: 'TCP' },
          { port: 443, name: 'https', targetPort: 8443, protocol: 'TCP' },
        ],
        labels: { app: 'istio-egressgateway', istio: 'egressgateway' },
      },
    },
    revision: '',
    ownerName: '',
    global: off,
  },
};

/** `name` of each chart's Chart.yaml, which begins the paths of its templates. */
export const helmNames: Readonly<Record<Chart, string>> = {
  istiod: 'istiod',
  'istio-cni': 'cni',
  ztunnel: 'ztunnel',
  gateway: 'gateway',
  'istio-ingress': 'istio-ingress',
  'istio-egress': 'istio-egress',
};
