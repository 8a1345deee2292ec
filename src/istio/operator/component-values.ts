import type { Values } from '../components/index.ts';
import { newMap } from '../values/index.ts';
import { type ComponentSpec, textOf } from './components.ts';
import { fieldOf } from './decode.ts';
import { setPath } from './set-path.ts';
import { cloneTree, isMap, mapAt, type Tree, type TreeMap } from './tree.ts';
import { servicePorts } from './validate.ts';

/**
 * The values that istioctl gives to a component's chart: all of them, for a gateway with its name, labels and ports written in, for ztunnel made flat.
 * Values of Kubernetes settings (`k8s.resources`, `hpaSpec`) that 1.31 writes in too change no NetworkPolicy and are left out.
 * Source: applyComponentValuesToHelmValues of operator/pkg/render.
 */
export function componentValues(spec: ComponentSpec, whole: TreeMap): Values {
  const { kind, given } = spec;
  // What stands in spec.components makes istioctl copy the values by way of JSON, where integers become floats.
  const copied = given !== undefined || kind.gateway !== undefined || kind.name === 'Ztunnel';
  const tree = copied ? cloneTree(whole) : whole;
  if (kind.gateway !== undefined) writeGateway(tree, kind.gateway.key, given);
  const values = mapAt(tree, 'spec', 'values') ?? newMap();
  return kind.name === 'Ztunnel' ? flattened(values) : values;
}

function writeGateway(tree: TreeMap, key: string, given: TreeMap | undefined): void {
  const root = ['spec', 'values', 'gateways', key];
  setPath(tree, [...root, 'name'], given === undefined ? '' : textOf(given, 'name'));
  setPath(tree, [...root, 'labels'], given === undefined ? null : labels(given));
  const ports = given === undefined ? [] : servicePorts(given);
  if (ports.length > 0) setPath(tree, [...root, 'ports'], ports.map(servicePort));
}

/** A null among the labels decodes as an empty text. */
function labels(given: TreeMap): TreeMap {
  const own = fieldOf(given, 'label');
  const copy = newMap();
  if (isMap(own)) for (const [key, value] of Object.entries(own)) copy[key] = value ?? '';
  return copy;
}

/** A port as it comes back from Go's ServicePort: `port` and `targetPort` are always there, 0 where nobody said them. */
function servicePort(entry: TreeMap): TreeMap {
  const port = newMap();
  for (const field of ['name', 'protocol', 'appProtocol'] as const) {
    const value = textOf(entry, field);
    // appProtocol is a pointer, and an empty text is something.
    const pointsToEmpty = field === 'appProtocol' && typeof fieldOf(entry, field) === 'string';
    if (value !== '' || pointsToEmpty) port[field] = value;
  }
  port.port = numberOf(entry, 'port');
  port.targetPort =
    typeof fieldOf(entry, 'targetPort') === 'string'
      ? textOf(entry, 'targetPort')
      : numberOf(entry, 'targetPort');
  const nodePort = numberOf(entry, 'nodePort');
  if (nodePort !== 0) port.nodePort = nodePort;
  return port;
}

function numberOf(map: TreeMap, field: string): number {
  return Number(fieldOf(map, field) ?? 0);
}

/** `global`, everything that is no map, and all below `ztunnel` on top; the whole where `ztunnel` is no map. */
function flattened(values: TreeMap): TreeMap {
  const { ztunnel } = values;
  if (!isMap(ztunnel)) return values;
  const flat = newMap();
  flat.global = values.global ?? null;
  for (const [key, value] of Object.entries(values)) if (!isMap(value)) flat[key] = value as Tree;
  for (const [key, value] of Object.entries(ztunnel)) flat[key] = value;
  return flat;
}
