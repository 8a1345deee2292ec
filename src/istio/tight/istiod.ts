import type { NetworkPolicyPeer } from '../../model/index.ts';
import { isEastWest } from '../check/index.ts';
import type { Component } from '../components/index.ts';
import { addressesOf, certain, namespaceNamed, notKnown } from './answers.ts';
import {
  apiServerRules,
  dnsRules,
  managedGateways,
  meshPodsIn,
  metricsRules,
  probeRules,
  remoteAddresses,
} from './common.ts';
import type { Context } from './context.ts';
import { anyTcp, ruleOf, tcp } from './rules.ts';
import { rulesOfServers } from './servers.ts';
import type { TightRule } from './types.ts';

const webhook = {
  why: 'The API server asks its webhooks: injection of sidecars, validation of configuration',
  without: 'creating pods hangs or fails with "failed calling webhook".',
};

const discovery = 'fetch configuration and certificates (XDS and CA over TLS)';
const notReady = 'istio-proxy does not become ready, certificates are not renewed.';

/** Who comes to istiod. Nobody needs 15010 (plaintext), and nothing listens on 15011. */
export function istiodIngress(context: Context): readonly TightRule[] {
  return [
    ...ruleOf(context, { peers: addressesOf(context, 'apiServerSources'), ports: tcp(15017), ...webhook }),
    ...ruleOf(context, {
      // ztunnel fetches the certificates of ambient pods, from its own pod.
      peers: meshPodsIn(context, 'sidecar'),
      ports: tcp(15012),
      why: `Sidecars ${discovery}`,
      without: notReady,
    }),
    ...componentRules(context),
    ...ruleOf(context, {
      peers: managedGateways(context),
      ports: tcp(15012),
      why: `Gateways of the Gateway API and waypoints ${discovery}`,
      without: 'they do not become ready.',
    }),
    ...remoteRules(context),
    ...metricsRules(context, [15014], 'istiod'),
    ...probeRules(context, 8080, 'istiod (/ready)'),
  ];
}

/** What istiod connects to. */
export function istiodEgress(context: Context): readonly TightRule[] {
  return [
    ...dnsRules(
      context,
      'istiod looks up servers of keys and, where it is addressed by name, the API server',
    ),
    ...apiServerRules(
      context,
      'istiod watches Services, pods and configuration at the API server',
      'istiod stops with "dial tcp …:443: i/o timeout".',
    ),
    ...keyRules(context),
    ...remoteApiServerRules(context),
  ];
}

/** ztunnel and gateways need not be in a namespace of the mesh. */
function componentRules(context: Context): readonly TightRule[] {
  return context.components.flatMap((component) => {
    const peers = certain([podsOfComponent(component)]);
    const { chart } = component.release;
    if (chart === 'istiod' || chart === 'istio-cni') return [];
    const who = chart === 'ztunnel' ? 'Every ztunnel' : `The gateway ${component.name}`;
    const without = chart === 'ztunnel' ? 'no ambient pod can talk.' : 'it does not become ready.';
    const own = ruleOf(context, {
      peers,
      ports: tcp(15012),
      why: `${who} fetches configuration and certificates`,
      without,
    });
    const forwarded = isEastWest(component) ? forwardedPorts(component) : [];
    if (forwarded.length === 0) return own;
    return ruleOf(context, {
      peers,
      ports: tcp(...new Set([15012, ...forwarded])),
      why: `${who} fetches its configuration here, and hands on what other networks' proxies and API servers ask of istiod`,
      without: 'it does not become ready, and proxies of other networks have no control plane.',
    });
  });
}

/** A component's pods as a peer. */
export function podsOfComponent({ namespace, selector }: Component): NetworkPolicyPeer {
  return { namespaceSelector: namespaceNamed(namespace), podSelector: { matchLabels: selector } };
}

/** Ports of istiod that an east-west gateway exposes to other networks. */
export function forwardedPorts({ listeners }: Component): readonly number[] {
  return [15012, 15017].filter((port) => listeners.some(({ targetPort }) => Number(targetPort) === port));
}

function remoteRules(context: Context): readonly TightRule[] {
  return ruleOf(context, {
    peers: remoteAddresses(context),
    ports: tcp(15012),
    why: `Virtual machines and proxies of other networks ${discovery}, where they come without an east-west gateway`,
    without: notReady,
  });
}

function keyRules(context: Context): readonly TightRule[] {
  const without = 'tokens of RequestAuthentications are refused with 401, as no key is known.';
  const { jwks } = context.around;
  if (jwks === undefined) {
    const why = 'istiod fetches the keys (jwksUri) that RequestAuthentications name';
    const notes = ['Keys that stand in the RequestAuthentication itself (jwks) need no connection'];
    return ruleOf(context, { peers: notKnown('jwks'), ports: anyTcp, why, without, notes });
  }
  return rulesOfServers(context, jwks, 'jwks', {
    why: (server) => `istiod fetches keys of tokens (jwksUri) from ${server}`,
    without,
  });
}

/** Other clusters are watched where a secret names them; nothing is open where nothing hints at any. */
function remoteApiServerRules(context: Context): readonly TightRule[] {
  const { remoteApiServers } = context.around;
  if (remoteApiServers === undefined && !context.manyNetworks) return [];
  return ruleOf(context, {
    peers: addressesOf(context, 'remoteApiServers'),
    ports: tcp(443, 6443),
    why: 'istiod watches the API servers of the other clusters',
    without: 'Services and pods of the other clusters are not known here.',
  });
}
