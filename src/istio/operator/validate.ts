import type { IstioVersion } from '../components/index.ts';
import { valuesFault } from './check-values.ts';
import { decodeFault, fieldOf } from './decode.ts';
import { istioOperator } from './operator-types.ts';
import { OperatorStop } from './stop.ts';
import { cloneTree, isMap, mapAt, type Tree, type TreeMap } from './tree.ts';

interface Complaint {
  readonly message: string;
  readonly help: string;
  readonly path: readonly (string | number)[];
}

/**
 * Refuses what istioctl's validation refuses. Looked at: names and types of the whole IstioOperator but for types of Kubernetes and the MeshConfig; names and
 * types of all values; the revision; names of gateways; gateways' ports that want root. Not looked at: what is in a MeshConfig, `hub`, `tag`, lists of addresses and
 * ports in `values.global.proxy`, and Kubernetes types such as affinity; nor are there istioctl's warnings.
 * Source: ParseAndValidateIstioOperator of operator/pkg/apis/validation.
 * @throws OperatorStop
 */
export function validate(whole: TreeMap, version: IstioVersion): void {
  const plain = cloneTree(whole);
  const fault = decodeFault(istioOperator, plain);
  if (fault !== undefined) throw stopFor([{ ...fault, message: `could not unmarshal: ${fault.message}` }]);
  const complaints = [...valueComplaints(plain, version), ...revision(plain), ...gatewayNames(plain)];
  if (complaints.length > 0) throw stopFor(complaints);
}

function stopFor(complaints: readonly Complaint[]): OperatorStop {
  return new OperatorStop(complaints.map(({ message }) => message).join(', '), {
    help: [...new Set(complaints.map(({ help }) => help))].join(' '),
    path: complaints[0]!.path,
  });
}

function valueComplaints(plain: TreeMap, version: IstioVersion): readonly Complaint[] {
  const fault = valuesFault(specField(plain, 'values') ?? null, version);
  if (fault === undefined) return privilegedPorts(plain);
  return [
    {
      ...fault,
      message: `could not unmarshal: error unmarshaling JSON: while decoding JSON: ${fault.message}`,
    },
  ];
}

function specField(plain: TreeMap, field: string): Tree | undefined {
  const spec = fieldOf(plain, 'spec');
  return isMap(spec) ? fieldOf(spec, field) : undefined;
}

/** An ingress or egress gateway as istioctl decodes it. */
interface Gateway {
  readonly name: string;
  readonly ports: readonly TreeMap[];
  readonly path: readonly (string | number)[];
}

function gateways(plain: TreeMap, list: 'ingressGateways' | 'egressGateways'): readonly Gateway[] {
  const components = specField(plain, 'components');
  const entries = isMap(components) ? fieldOf(components, list) : undefined;
  if (!Array.isArray(entries)) return [];
  return entries.filter(isMap).map((entry, i): Gateway => {
    const name = fieldOf(entry, 'name');
    return {
      name: typeof name === 'string' ? name : '',
      ports: servicePorts(entry),
      path: ['spec', 'components', list, i],
    };
  });
}

/** `k8s.service.ports` of a component, as decoded. */
export function servicePorts(component: TreeMap): readonly TreeMap[] {
  const k8s = fieldOf(component, 'k8s');
  const service = isMap(k8s) ? fieldOf(k8s, 'service') : undefined;
  const ports = isMap(service) ? fieldOf(service, 'ports') : undefined;
  return Array.isArray(ports) ? ports.filter(isMap) : [];
}

/** Source: checkServicePorts. */
function privilegedPorts(plain: TreeMap): readonly Complaint[] {
  const complaints: Complaint[] = [];
  for (const [list, chart] of [
    ['ingressGateways', 'istio-ingressgateway'],
    ['egressGateways', 'istio-egressgateway'],
  ] as const) {
    if (runsAsRoot(plain, chart)) continue;
    for (const gateway of gateways(plain, list)) complaints.push(...gatewayPorts(gateway, chart));
  }
  const listed = mapAt(plain, 'spec', 'values', 'gateways', 'istio-ingressgateway')?.ingressPorts;
  if (Array.isArray(listed)) complaints.push(...listed.filter(isMap).flatMap(ingressPort));
  return complaints;
}

function runsAsRoot(plain: TreeMap, chart: string): boolean {
  const values = mapAt(plain, 'spec', 'values', 'gateways') ?? {};
  return [chart, chart.replace('-', '_')].some((name) => {
    const gateway = values[name];
    return isMap(gateway) && gateway.runAsRoot === true;
  });
}

function gatewayPorts({ name, ports, path }: Gateway, chart: string): readonly Complaint[] {
  return ports.flatMap((entry) => {
    const target = fieldOf(entry, 'targetPort') ?? 0;
    if (typeof target === 'string') return [];
    const [to, port] = [Number(target), Number(fieldOf(entry, 'port') ?? 0)];
    if (to >= 1024 || (to === 0 && port > 1024)) return [];
    const portName = fieldOf(entry, 'name');
    return [
      {
        message: `port ${typeof portName === 'string' ? portName : ''}/${port} in gateway ${name} invalid: targetPort is set to ${to}, which requires root. Set targetPort to be greater than 1024 or configure values.gateways.${chart}.runAsRoot=true`,
        help: `Give port ${port} of ${name || 'the gateway'} a targetPort of 1024 or above, such as 8080 for 80: without one, the port itself is meant.`,
        path: [...path, 'k8s', 'service', 'ports'],
      },
    ];
  });
}

function ingressPort(entry: TreeMap): readonly Complaint[] {
  const { port, targetPort = null } = entry;
  if (targetPort !== null && typeof targetPort !== 'number') return [];
  if (typeof port !== 'number') return [];
  const to = Math.trunc(targetPort ?? 0);
  if (to >= 1024 || (to === 0 && Math.trunc(port) > 1024)) return [];
  return [
    {
      message: `port ${Math.trunc(port)} is invalid: targetPort is set to ${to}, which requires root. Set targetPort to be greater than 1024 or configure values.gateways.istio-ingressgateway.runAsRoot=true`,
      help: `Give port ${port} a targetPort of 1024 or above.`,
      path: ['spec', 'values', 'gateways', 'istio-ingressgateway', 'ingressPorts'],
    },
  ];
}

/** Source: validateRevision. */
function revision(plain: TreeMap): readonly Complaint[] {
  const value = specField(plain, 'revision');
  if (typeof value !== 'string' || value === '' || isDnsLabel(value)) return [];
  return [
    {
      message: `invalid revision specified: ${value}`,
      help: 'A revision has at most 63 letters, digits and -, and begins and ends with a letter or digit. Write 1-30-3 for 1.30.3.',
      path: ['spec', 'revision'],
    },
  ];
}

/** Istio's own rule, which lets capital letters through: the API server does not, in a name. Source: pkg/config/labels. */
function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/i.test(text);
}

/** Source: validateComponentNames; the word without its g is Istio's. It looks at the first stretch of allowed letters, and stops at the first bad name. */
function gatewayNames(plain: TreeMap): readonly Complaint[] {
  for (const [list, word] of [
    ['egressGateways', 'egressGateways.name'],
    ['ingressGateways', 'inressGateways.name'],
  ] as const) {
    for (const { name, path } of gateways(plain, list)) {
      if (name === '' || /^[a-z0-9.-]{1,254}$/.test(name)) continue;
      return [
        {
          message: `invalid value ${word}: ${name}`,
          help: "A gateway's name is made of a to z, 0 to 9, - and dots.",
          path: [...path, 'name'],
        },
      ];
    }
  }
  return [];
}
