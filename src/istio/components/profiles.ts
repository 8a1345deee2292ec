import type { IstioVersion, Values } from './types.ts';

/** What profiles and compatibility files set of the values that a NetworkPolicy, or whom it selects, depends on. All else in them changes neither. */
const contents: Readonly<Record<string, Values>> = {
  ambient: { cni: { ambient: { enabled: true } } },
  demo: {
    gateways: {
      'istio-ingressgateway': {
        ports: [
          { port: 15021, targetPort: 15021, name: 'status-port' },
          { port: 80, targetPort: 8080, name: 'http2' },
          { port: 443, targetPort: 8443, name: 'https' },
          { port: 31400, targetPort: 31400, name: 'tcp' },
          { port: 15443, targetPort: 15443, name: 'tls' },
        ],
      },
    },
  },
  preview: {},
  remote: { istiodRemote: { enabled: true } },
  stable: {},
  'platform-gke': {},
  'platform-k3d': {},
  'platform-k3s': {},
  'platform-microk8s': {},
  'platform-minikube': {},
  'platform-openshift': {},
  'compatibility-version-1.25': { ambient: { shareHostNetworkNamespace: true } },
};

/** The oldest minor that charts of 1.28 and later can be made to behave like. */
const oldestCompatibility = 25;

/** Names that `profile` can have, by which Istio's charts of every version from 1.28 on find their file. */
export const profileNames: readonly string[] = ['ambient', 'demo', 'preview', 'remote', 'stable'];

/** Names that `platform` can have. */
export const platformNames: readonly string[] = ['gke', 'k3d', 'k3s', 'microk8s', 'minikube', 'openshift'];

/** What `compatibilityVersion` can be: the minors from 1.25 up to the one before the chart's own. */
export function compatibilityNames({ minor }: Pick<IstioVersion, 'minor'>): readonly string[] {
  return Array.from({ length: minor - oldestCompatibility }, (_, i) => `1.${oldestCompatibility + i}`);
}

/**
 * What a chart's `files/profile-NAME.yaml` sets, as far as it matters here; `undefined` where the chart has no such file. Platform and compatibility files
 * are such files too: `platform-gke`, `compatibility-version-1.28`.
 */
export function profileFile(name: string, version: Pick<IstioVersion, 'minor'>): Values | undefined {
  const known = name.startsWith('compatibility-version-')
    ? compatibilityNames(version).includes(name.slice('compatibility-version-'.length))
    : Object.hasOwn(contents, name);
  return known ? (contents[name] ?? {}) : undefined;
}
