import {
  type AuthorizerCheck,
  type AuthorizerProvider,
  formatPath,
  type MeshSettings,
  type PathNormalization,
} from '../../model/index.ts';
import { readDocuments, toPlainValue, type YamlNode } from '../../yaml/index.ts';
import { fieldOf, type Problem, textAt } from '../kit/index.ts';
import { formatDuration } from './duration-text.ts';
import { findMisspelt, type Misspelt } from './misspelt.ts';
import { bool, decode, duration, enumeration, list, message, string, strings, uint32 } from './proto.ts';

interface MeshConfig {
  readonly rootNamespace?: string;
  readonly trustDomain?: string;
  readonly trustDomainAliases?: readonly string[];
  readonly pathNormalization?: { readonly normalization?: PathNormalization | 'DEFAULT' };
  readonly enableAutoMtls?: boolean;
  readonly extensionProviders?: readonly Provider[];
  readonly defaultConfig?: { readonly gatewayTopology?: { readonly numTrustedProxies?: number } };
}

interface Provider {
  readonly name?: string;
  readonly envoyExtAuthzHttp?: Authorizer;
  readonly envoyExtAuthzGrpc?: Authorizer;
}

interface Authorizer extends Omit<Partial<AuthorizerCheck>, 'timeout' | 'includeAdditionalHeadersInCheck'> {
  /** Nanoseconds. */
  readonly timeout?: bigint;
  readonly includeAdditionalHeadersInCheck?: ReadonlyMap<string, string>;
}

const grpcFields = {
  service: string,
  port: uint32,
  timeout: duration,
  fail_open: bool,
  status_on_error: string,
  include_request_body_in_check: message({
    max_request_bytes: uint32,
    allow_partial_message: bool,
    pack_as_bytes: bool,
  }),
};
const grpcAuthorizer = message(grpcFields);
const httpAuthorizer = message({
  ...grpcFields,
  path_prefix: string,
  include_headers_in_check: strings,
  include_request_headers_in_check: strings,
  include_additional_headers_in_check: { kind: 'map', key: 'string', of: string },
  headers_to_upstream_on_allow: strings,
  headers_to_downstream_on_deny: strings,
  headers_to_downstream_on_allow: strings,
});
const meshConfig = message({
  default_config: message({ gateway_topology: message({ num_trusted_proxies: uint32 }) }),
  enable_auto_mtls: bool,
  trust_domain: string,
  trust_domain_aliases: strings,
  root_namespace: string,
  extension_providers: list(
    message({ name: string, envoy_ext_authz_http: httpAuthorizer, envoy_ext_authz_grpc: grpcAuthorizer }),
  ),
  path_normalization: message({
    normalization: enumeration(
      'istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType',
      'DEFAULT',
      'NONE',
      'BASE',
      'MERGE_SLASHES',
      'DECODE_AND_MERGE_SLASHES',
    ),
  }),
});

/**
 * Reads the MeshConfig in `data.mesh` of istiod's ConfigMap `istio`; no settings where there is none, or where istiod could not read it
 * (PC2220). A key that is nearly one of those read here is warned of: istiod passes over what it doesn't know.
 */
export function readMeshConfigMap(configMap: YamlNode, problems: Problem[]): MeshSettings | undefined {
  const text = textAt(fieldOf(configMap, 'data'), 'mesh');
  if (text === undefined) return undefined;
  const [document] = readDocuments(text);
  const broken = document?.problems.find(({ severity }) => severity === 'error');
  const json = document?.root === undefined ? null : toPlainValue(document.root);
  const result = broken === undefined ? readMeshConfig(json) : { error: broken.message };
  if ('settings' in result) {
    problems.push(...findMisspelt(meshConfig, json, []).map(misspeltKey));
    return result.settings;
  }
  const message = `istiod cannot read this mesh configuration: ${result.error}`;
  problems.push({ code: 'PC2220', severity: 'error', path: ['data', 'mesh'], message });
  return undefined;
}

/**
 * Reads a MeshConfig (the parsed YAML of `data.mesh` in the ConfigMap `istio`): what it does not say is absent from the settings.
 * `error` where istiod could not read it either, in its words.
 */
export function readMeshConfig(
  json: unknown,
): { readonly settings: MeshSettings } | { readonly error: string } {
  const decoded = decode<MeshConfig>(meshConfig, json, []);
  if ('error' in decoded) return { error: decoded.error };
  const config = decoded.value;
  const normalization = config.pathNormalization?.normalization;
  const proxies = config.defaultConfig?.gatewayTopology?.numTrustedProxies;
  return {
    settings: {
      ...(said(config.rootNamespace) && { rootNamespace: config.rootNamespace }),
      ...(said(config.trustDomain) && { trustDomain: config.trustDomain }),
      ...(config.trustDomainAliases !== undefined && { trustDomainAliases: config.trustDomainAliases }),
      ...(normalization !== undefined && {
        pathNormalization: normalization === 'DEFAULT' ? 'BASE' : normalization,
      }),
      ...(config.enableAutoMtls !== undefined && { enableAutoMtls: config.enableAutoMtls }),
      ...(config.extensionProviders !== undefined && {
        authorizers: config.extensionProviders.map(readProvider),
      }),
      ...(proxies !== undefined && { trustedProxies: proxies }),
    },
  };
}

function misspeltKey({ path, meant }: Misspelt): Problem {
  return {
    code: 'PC2001',
    severity: 'warning',
    path: ['data', 'mesh'],
    message: `unknown field ${formatPath(path)} of the mesh configuration`,
    help: `Did you mean ${meant}?`,
  };
}

function said(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function readProvider(provider: Provider): AuthorizerProvider {
  const { name = '', envoyExtAuthzHttp, envoyExtAuthzGrpc } = provider;
  const target = envoyExtAuthzHttp ?? envoyExtAuthzGrpc;
  if (target === undefined) return { name, protocol: 'other', usable: false };
  const { service = '', port = 0 } = target;
  const usable = service !== '' && port > 0 && port <= 65535;
  const protocol = envoyExtAuthzHttp !== undefined ? 'http' : 'grpc';
  return { name, protocol, usable, check: checkOf({ ...target, service, port }) };
}

function checkOf({
  timeout,
  includeAdditionalHeadersInCheck: added,
  ...rest
}: Authorizer & Pick<AuthorizerCheck, 'service' | 'port'>): AuthorizerCheck {
  return {
    ...rest,
    ...(timeout !== undefined && { timeout: formatDuration(timeout) }),
    ...(added !== undefined && { includeAdditionalHeadersInCheck: Object.fromEntries(added) }),
  };
}
