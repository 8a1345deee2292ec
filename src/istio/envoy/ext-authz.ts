import type { AuthorizerCheck, AuthorizerProvider } from '../../model/index.ts';
import { statusNameOf } from './http-status.ts';
import type { EnvoyFilter } from './listener-types.ts';
import type { StringMatcher } from './matchers.ts';
import { type Chain, rbacFilterNames } from './rbac-filter.ts';

const extensions = 'type.googleapis.com/envoy.extensions.filters';

/**
 * The filter that asks an authorizer about what the RBAC filter before it found. Of an authorizer of which only the name is known it says no service.
 * Source: istio pilot/pkg/security/authz/builder/extauthz.go.
 */
export function extAuthzFilter(provider: AuthorizerProvider, chain: Chain): EnvoyFilter {
  const { check } = provider;
  const common = {
    ...(check !== undefined && serviceOf(provider.protocol, check)),
    ...(check?.failOpen === true && { failure_mode_allow: true }),
    transport_api_version: 'V3',
    filter_enabled_metadata: {
      filter: rbacFilterNames[chain],
      path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }],
      value: { string_match: { prefix: `istio-ext-authz-${provider.name}` } },
    },
  };
  if (chain === 'TCP') {
    const type = `${extensions}.network.ext_authz.v3.ExtAuthz`;
    return {
      name: 'envoy.filters.network.ext_authz',
      typed_config: { '@type': type, stat_prefix: 'tcp.', ...common },
    };
  }
  const type = `${extensions}.http.ext_authz.v3.ExtAuthz`;
  return {
    name: 'envoy.filters.http.ext_authz',
    typed_config: { '@type': type, ...common, ...httpOptions(check) },
  };
}

function serviceOf(protocol: AuthorizerProvider['protocol'], check: AuthorizerCheck): object {
  const { service, port, timeout = '600s' } = check;
  const host = service.slice(service.indexOf('/') + 1);
  const cluster = `outbound|${port}||${host}`;
  if (protocol === 'grpc') {
    return { grpc_service: { envoy_grpc: { cluster_name: cluster, authority: host }, timeout } };
  }
  const added = Object.entries(check.includeAdditionalHeadersInCheck ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const response = {
    ...headerList('allowed_upstream_headers', check.headersToUpstreamOnAllow),
    ...headerList('allowed_client_headers', check.headersToDownstreamOnDeny),
    ...headerList('allowed_client_headers_on_success', check.headersToDownstreamOnAllow),
  };
  return {
    http_service: {
      server_uri: { uri: `http://${host}`, cluster, timeout },
      ...(check.pathPrefix && { path_prefix: check.pathPrefix }),
      ...(added.length > 0 && {
        authorization_request: { headers_to_add: added.map(([key, value]) => ({ key, value })) },
      }),
      ...(Object.keys(response).length > 0 && { authorization_response: response }),
    },
  };
}

/** Of HTTP alone: TCP has neither a body nor headers nor a status. */
function httpOptions(check: AuthorizerCheck | undefined): object {
  const body = check?.includeRequestBodyInCheck;
  const status = check?.statusOnError ? statusNameOf(Number(check.statusOnError)) : undefined;
  return {
    ...(body !== undefined && {
      with_request_body: {
        ...(body.maxRequestBytes && { max_request_bytes: body.maxRequestBytes }),
        ...(body.allowPartialMessage && { allow_partial_message: true }),
        ...(body.packAsBytes && { pack_as_bytes: true }),
      },
    }),
    ...(status !== undefined && { status_on_error: { code: status } }),
    ...headerList('allowed_headers', check?.includeRequestHeadersInCheck ?? check?.includeHeadersInCheck),
  };
}

function headerList(field: string, headers: readonly string[] = []): object {
  return headers.length === 0 ? {} : { [field]: { patterns: headers.map(matchHeaderName) } };
}

function matchHeaderName(name: string): StringMatcher {
  if (name.startsWith('*')) return { suffix: name.slice(1), ignore_case: true };
  if (name.endsWith('*')) return { prefix: name.slice(0, -1), ignore_case: true };
  return { exact: name, ignore_case: true };
}
