import { jsonSyntaxFailure } from './json-syntax.ts';

/** What a config dump says of RBAC filters, as far as `istioctl x authz check` looks. */
export interface RbacFilter {
  readonly action: string;
  /** Names of the policies that are enforced, one for each rule. */
  readonly policies: readonly string[];
  readonly shadowPolicies: readonly string[];
}

export interface RbacDump {
  /** Dynamic listeners with an active state. */
  readonly listeners: number;
  readonly filters: readonly RbacFilter[];
  /** What istioctl logs of filters that it cannot read. */
  readonly errors: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const types = 'envoy.extensions.filters';
const connectionManager = `${types}.network.http_connection_manager.v3.HttpConnectionManager`;
const connectionManagerNames = [
  'envoy.filters.network.http_connection_manager',
  'envoy.http_connection_manager',
];
const actions = ['ALLOW', 'DENY', 'LOG'];

/** The JSON object that a config dump is, or why it is none, in istioctl's words. */
export function parseDump(text: string): { readonly dump: object } | { readonly failure: string } {
  try {
    const dump: unknown = JSON.parse(text);
    if (isObject(dump)) return { dump };
  } catch {
    // The words come from the text itself.
  }
  return { failure: jsonSyntaxFailure(text) };
}

/**
 * The RBAC filters of the dynamic listeners that are active: of the last section of listeners, of HTTP and of TCP, in the chains that are matched. Undefined where the dump
 * has no section of listeners. Source: istioctl/pkg/authz/listener.go, istioctl/pkg/util/configdump/listener.go.
 */
export function readRbacFilters(dump: object): RbacDump | undefined {
  const section = list(dump, 'configs').findLast(
    (config) => config['@type'] === 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
  );
  if (section === undefined) return undefined;
  const listeners = list(section, 'dynamic_listeners').flatMap((each) => {
    const active = object(each, 'active_state');
    return active === undefined ? [] : [object(active, 'listener') ?? {}];
  });
  const errors: string[] = [];
  const found = listeners
    .flatMap((listener) => list(listener, 'filter_chains'))
    .flatMap((chain) => list(chain, 'filters'))
    .flatMap((filter) => filtersOf(filter, errors));
  return { listeners: listeners.length, filters: found, errors };
}

function filtersOf(filter: Json, errors: string[]): readonly RbacFilter[] {
  const name = String(filter.name);
  if (name === 'envoy.filters.network.rbac') {
    const failure = 'found RBAC network filter but failed to parse';
    return rbacFilter(typedConfig(filter, `${types}.network.rbac.v3.RBAC`, failure, errors));
  }
  if (!connectionManagerNames.includes(name)) return [];
  const failure = 'failed to get HTTP connection manager config';
  const manager = typedConfig(filter, connectionManager, failure, errors) ?? {};
  return list(manager, 'http_filters')
    .filter((each) => each.name === 'envoy.filters.http.rbac')
    .flatMap((each) => {
      const said = 'found RBAC HTTP filter but failed to parse';
      return rbacFilter(typedConfig(each, `${types}.http.rbac.v3.RBAC`, said, errors));
    });
}

/** The filter's own configuration; empty where there is none, undefined (and an error) where it is of another type. */
function typedConfig(filter: Json, type: string, said: string, errors: string[]): Json | undefined {
  const config = object(filter, 'typed_config');
  if (config === undefined) return {};
  const url = String(config['@type'] ?? '');
  const own = url.slice(url.lastIndexOf('/') + 1);
  if (own === type) return config;
  errors.push(`${said}: proto: mismatched message type: got "${type}", want "${own}"`);
  return undefined;
}

function rbacFilter(config: Json | undefined): readonly RbacFilter[] {
  if (config === undefined) return [];
  const rules = object(config, 'rules') ?? {};
  const { action = 'ALLOW' } = rules;
  const shadow = object(config, 'shadow_rules') ?? {};
  return [
    {
      action: typeof action === 'number' ? (actions[action] ?? String(action)) : String(action),
      policies: Object.keys(object(rules, 'policies') ?? {}),
      shadowPolicies: Object.keys(object(shadow, 'policies') ?? {}),
    },
  ];
}

/** A field by its name in the protocol, or by the one that protobuf derives from it for JSON. */
function field(value: object, name: string): unknown {
  const derived = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return (value as Json)[name] ?? (value as Json)[derived];
}

function object(value: object, name: string): Json | undefined {
  const found = field(value, name);
  return isObject(found) ? found : undefined;
}

function list(value: object, name: string): readonly Json[] {
  const found = field(value, name);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
