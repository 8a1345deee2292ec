import type { ApiObject, Condition, ConfigMap, Secret } from '../../store/index.ts';
import { ageColumn, type Cell, column, nameColumn, type Printer, wide } from './columns.ts';
import { age } from './duration.ts';
import { type ObjectSelector, selectorCell } from './selector-text.ts';

interface Phased extends ApiObject {
  readonly status?: { readonly phase?: string };
}

interface Node extends ApiObject {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

interface NetworkPolicy extends ApiObject {
  readonly spec?: { readonly podSelector?: ObjectSelector };
}

export const namespacePrinter: Printer<Phased> = {
  columns: [nameColumn, column('Status', 'string', 'The status of the namespace'), ageColumn],
  cells: (each) => [each.metadata.name, each.status?.phase ?? '', ageOf(each)],
};

export const secretPrinter: Printer<Secret> = {
  columns: [nameColumn, column('Type'), column('Data'), ageColumn],
  cells: (each) => [each.metadata.name, each.type ?? '', size(each.data), ageOf(each)],
};

export const configMapPrinter: Printer<ConfigMap> = {
  columns: [nameColumn, column('Data'), ageColumn],
  cells: (each) => [each.metadata.name, size(each.data) + size(each.binaryData), ageOf(each)],
};

/** Kinds of which a table shows the age alone. */
export const barePrinter: Printer = {
  columns: [nameColumn, ageColumn],
  cells: (each) => [each.metadata.name, ageOf(each)],
};

export const networkPolicyPrinter: Printer<NetworkPolicy> = {
  columns: [nameColumn, column('Pod-Selector'), ageColumn],
  cells: (each) => [each.metadata.name, selectorCell(each.spec?.podSelector), ageOf(each)],
};

export const nodePrinter: Printer<Node> = {
  columns: [
    nameColumn,
    column('Status', 'string', 'The status of the node'),
    column('Roles', 'string', 'The roles of the node'),
    ageColumn,
    column('Version'),
    wide('Internal-IP'),
    wide('External-IP'),
    wide('OS-Image'),
    wide('Kernel-Version'),
    wide('Container-Runtime'),
  ],
  cells: (node) => {
    const { nodeInfo = {} } = node.status ?? {};
    const { architecture } = nodeInfo;
    return [
      node.metadata.name,
      nodeStatus(node),
      nodeRoles(node),
      ageOf(node),
      nodeInfo.kubeletVersion ?? '',
      addressOf(node, 'InternalIP'),
      addressOf(node, 'ExternalIP'),
      nodeInfo.osImage || '<unknown>',
      `${nodeInfo.kernelVersion || '<unknown>'}${architecture ? ` (${architecture})` : ''}`,
      nodeInfo.containerRuntimeVersion || '<unknown>',
    ];
  },
};

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = 'node-role.kubernetes.io/';

function nodeRoles({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return [key.slice(rolePrefix.length)];
    return key === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter(Boolean))].sort().join(',') || '<none>';
}

function addressOf({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
}

function ageOf({ metadata }: ApiObject): Cell {
  return age(metadata.creationTimestamp);
}

function size(map: object | undefined): number {
  return Object.keys(map ?? {}).length;
}
