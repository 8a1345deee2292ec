import type { YamlNode } from '../yaml/index.ts';
import {
  entriesAt,
  fieldOf,
  itemsAt,
  numberAt,
  numberOrTextAt,
  textAt,
  textOf,
  textsAt,
} from './kit/index.ts';

type Stored = Readonly<Record<string, unknown>>;

/** The spec of a valid NetworkPolicy as the server keeps it: defaults filled in, empty lists and maps and null left out. */
export function storedNetworkPolicy(root: YamlNode): Stored {
  const spec = fieldOf(root, 'spec');
  const types = textsAt(spec, 'policyTypes') ?? [];
  const egress = itemsAt(spec, 'egress') ?? [];
  const defaultTypes = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return compact({
    podSelector: storedSelector(fieldOf(spec, 'podSelector')) ?? {},
    ingress: itemsAt(spec, 'ingress')?.map((rule) => storedRule(rule, 'from')),
    egress: egress.map((rule) => storedRule(rule, 'to')),
    policyTypes: types.length > 0 ? types : defaultTypes,
  });
}

function storedRule(rule: YamlNode, peers: 'from' | 'to'): Stored {
  return compact({
    ports: itemsAt(rule, 'ports')?.map((port) => ({
      protocol: 'TCP',
      ...compact({
        protocol: textAt(port, 'protocol'),
        port: numberOrTextAt(port, 'port'),
        endPort: numberAt(port, 'endPort'),
      }),
    })),
    [peers]: itemsAt(rule, peers)?.map(storedPeer),
  });
}

function storedPeer(peer: YamlNode): Stored {
  const block = fieldOf(peer, 'ipBlock');
  return compact({
    podSelector: storedSelector(fieldOf(peer, 'podSelector')),
    namespaceSelector: storedSelector(fieldOf(peer, 'namespaceSelector')),
    ipBlock: block && compact({ cidr: textAt(block, 'cidr'), except: textsAt(block, 'except') }),
  });
}

function storedSelector(selector: YamlNode | undefined): Stored | undefined {
  if (selector === undefined) return undefined;
  const labels = entriesAt(selector, 'matchLabels') ?? [];
  return compact({
    matchLabels:
      labels.length === 0
        ? undefined
        : Object.fromEntries(labels.map(({ key, value }) => [key, textOf(value) ?? ''])),
    matchExpressions: itemsAt(selector, 'matchExpressions')?.map((requirement) =>
      compact({
        key: textAt(requirement, 'key'),
        operator: textAt(requirement, 'operator'),
        values: textsAt(requirement, 'values'),
      }),
    ),
  });
}

function compact(fields: Stored): Stored {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
