import { readPort } from '../../policy/authorization/index.ts';
import { readCidr } from './cidr.ts';
import type { Algebra, Field } from './conditions.ts';
import { matchAnyOf, matchHeader, matchText, type ValueMatcher } from './matchers.ts';
import type { Permission } from './rbac-types.ts';

export const permissionAlgebra: Algebra<Permission> = {
  any: { any: true },
  and: (rules) => ({ and_rules: { rules } }),
  or: (rules) => ({ or_rules: { rules } }),
  not: (rule) => ({ not_rule: rule }),
};

const ports: Field<Permission> = {
  read: {
    each: (value) => {
      const port = readPort(value);
      return port === undefined ? undefined : { destination_port: port };
    },
  },
};

/** Fields of `to[].operation`, each with its negative form, in Istio's order. */
export const operationFields: Readonly<Record<string, Field<Permission>>> = {
  hosts: { httpOnly: true, read: { each: (value) => ({ header: matchHeader(':authority', value, true) }) } },
  methods: { httpOnly: true, read: { each: (value) => ({ header: matchHeader(':method', value) }) } },
  paths: { httpOnly: true, read: { each: readPath } },
  ports,
};

const whenFields: ReadonlyMap<string, Field<Permission>> = new Map<string, Field<Permission>>([
  [
    'destination.ip',
    {
      read: {
        each: (value) => {
          const range = readCidr(value);
          return range === undefined ? undefined : { destination_ip: range };
        },
      },
    },
  ],
  ['destination.port', ports],
  ['connection.sni', { read: { each: (value) => ({ requested_server_name: matchText(value) }) } }],
]);

/** The permission that a `when` key asks for; undefined for keys of principals and for unknown ones. */
export function permissionField(key: string): Field<Permission> | undefined {
  return key.startsWith('experimental.envoy.filters.') ? metadataField(key) : whenFields.get(key);
}

function readPath(value: string): Permission {
  if (!value.includes('{*}') && !value.includes('{**}')) return { url_path: { path: matchText(value) } };
  const type = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
  const template = value.replaceAll('{*}', '*').replaceAll('{**}', '**');
  return {
    uri_template: { name: 'uri-template', typed_config: { '@type': type, path_template: template } },
  };
}

/** `experimental.envoy.filters.F[K]`: the metadata K that the filter `envoy.filters.F` left. */
function metadataField(key: string): Field<Permission> {
  const inner = key.slice('experimental.'.length).replace(/\]$/, '');
  const bracket = inner.indexOf('[');
  if (bracket < 0) return { read: { together: () => undefined } };
  const filter = inner.slice(0, bracket);
  const path = [{ key: inner.slice(bracket + 1) }];
  const together = (values: readonly string[]): Permission => ({
    metadata: { filter, path, value: matchAnyOf(values.map(metadataValue)) },
  });
  return { read: { together } };
}

/** A value `[v]` asks for a list that has v. */
function metadataValue(value: string): ValueMatcher {
  if (!value.startsWith('[') || !value.endsWith(']')) return { string_match: matchText(value) };
  return { list_match: { one_of: { string_match: matchText(value.replace(/^[[\]]+|[[\]]+$/g, '')) } } };
}
