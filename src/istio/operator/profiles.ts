import { suggestName } from '../../manifest/index.ts';
import type { IstioVersion, Values } from '../components/index.ts';
import { draftOf } from '../values/index.ts';
import { OperatorStop } from './stop.ts';
import { mergeFrom, type TreeMap } from './tree.ts';

const noIngress: Values = { ingressGateways: [{ name: 'istio-ingressgateway', enabled: false }] };

/**
 * `spec` of Istio's installation profiles, whole but for `hub` and `tag`. They are the same from 1.28 to 1.31.
 * Source: manifests/profiles.
 */
const specs: Readonly<Record<string, Values>> = {
  default: {
    components: {
      base: { enabled: true },
      pilot: { enabled: true },
      ingressGateways: [{ name: 'istio-ingressgateway', enabled: true }],
      egressGateways: [{ name: 'istio-egressgateway', enabled: false }],
    },
    values: {
      defaultRevision: '',
      global: { istioNamespace: 'istio-system', configValidation: true },
      gateways: { 'istio-ingressgateway': {}, 'istio-egressgateway': {} },
      ztunnel: { resourceName: 'ztunnel' },
    },
  },
  ambient: {
    components: { cni: { enabled: true }, ztunnel: { enabled: true }, ...noIngress },
    values: { profile: 'ambient' },
  },
  demo: {
    components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] },
    values: { profile: 'demo' },
  },
  empty: { components: { base: { enabled: false }, pilot: { enabled: false }, ...noIngress } },
  minimal: { components: noIngress },
  openshift: {
    components: { cni: { enabled: true, namespace: 'kube-system' } },
    values: { global: { platform: 'openshift' } },
  },
  'openshift-ambient': {
    components: {
      cni: { enabled: true, namespace: 'kube-system' },
      ztunnel: { enabled: true, namespace: 'kube-system' },
      ...noIngress,
    },
    values: { profile: 'ambient', global: { platform: 'openshift' } },
  },
  preview: { values: { profile: 'preview' } },
  remote: {
    components: { base: { enabled: true }, pilot: { enabled: true }, ...noIngress },
    values: { profile: 'remote' },
  },
  stable: { values: { profile: 'stable' } },
};

/** Names that `spec.profile` can have: profiles of an installation, not those of a chart's `profile` value. */
const installationProfiles: readonly string[] = Object.keys(specs);

/**
 * What istioctl puts the user's input over: the default profile, and the named one over it.
 * @throws OperatorStop where there is no such profile
 */
export function profileBase(profile: string, version: IstioVersion): TreeMap {
  const base = operator('default', version);
  if (profile !== '' && profile !== 'default') mergeFrom(base, operator(profile, version));
  return base;
}

function operator(profile: string, version: IstioVersion): TreeMap {
  const spec = Object.hasOwn(specs, profile) ? specs[profile] : undefined;
  if (spec === undefined) throw unknownProfile(profile);
  const whole =
    profile === 'default' ? { hub: 'registry.istio.io/release', tag: version.text, ...spec } : spec;
  return draftOf({
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    ...(profile === 'default' && { metadata: { namespace: 'istio-system' } }),
    spec: whole,
  });
}

function unknownProfile(profile: string): OperatorStop {
  const near = suggestName(profile, installationProfiles);
  return new OperatorStop(
    `merge inputs: profile ${JSON.stringify(profile)} not found: open profiles/${profile}.yaml: file does not exist`,
    {
      code: 'PC3431',
      help: `${near === undefined ? '' : `Do you mean ${near}? `}The profiles of istioctl are ${installationProfiles.join(', ')}.`,
      path: ['spec', 'profile'],
    },
  );
}
