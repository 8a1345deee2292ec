import { type GoValue, isSet, printed, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import type { ValuePath } from '../origin.ts';
import type { ComponentFinding } from '../types.ts';
import { portsPath } from './refused.ts';

/** PC3407: a port that is a name, which counts only for pods that declare a port of that name; istio-proxy declares none that clients use. */
export function findNamedPorts(look: Look): readonly ComponentFinding[] {
  return serviceRules(look).flatMap(({ port, entry }) => {
    if (typeof port !== 'string') return [];
    return [
      finding(look, {
        code: 'PC3407',
        severity: 'warning',
        message: `the policy opens a port by the name ${JSON.stringify(port)}, which no container of the gateway declares: it opens nothing`,
        path: [...entry, isSet(valueAt(look.values, [...entry, 'targetPort'])) ? 'targetPort' : 'port'],
        help: 'Set targetPort to the number that the gateway listens on.',
      }),
    ];
  });
}

/** PC3408: an entry without port and targetPort, which opens every port of its protocol. */
export function findMissingPorts(look: Look): readonly ComponentFinding[] {
  return serviceRules(look).flatMap(({ port, protocol, entry }) => {
    if (port !== null) return [];
    return [
      finding(look, {
        code: 'PC3408',
        severity: 'warning',
        message: `an entry of its ports has neither port nor targetPort: the policy opens all ports of ${printed(protocol as GoValue)}`,
        path: entry,
        help: 'Give the entry a port, or remove it.',
      }),
    ];
  });
}

/** PC3406: a gateway between networks whose policy opens the ports of `service.ports`, while its Service has others. */
export function findNetworkGateway(look: Look): readonly ComponentFinding[] {
  const { release, values, written } = look;
  const network = values.get('networkGateway') ?? null;
  if (release.chart !== 'gateway' || written === undefined || !isSet(network)) return [];
  const open = new Set(written.policy.spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port)));
  const missing = networkPorts(look).filter((port) => !open.has(port));
  if (missing.length === 0) return [];
  return [
    finding(look, {
      code: 'PC3406',
      severity: 'warning',
      message: `with networkGateway ${JSON.stringify(printed(network))} the Service has the ports between networks, the policy does not: ${missing.join(', ')} stay closed`,
      path: ['networkGateway'],
      help: `Add to service.ports, which the Service then ignores: ${missing.map((port) => `{port: ${port}}`).join(', ')}.`,
    }),
  ];
}

/** Targets of the ports between networks; values for them came with 1.30. */
function networkPorts({ release, values }: Look): readonly number[] {
  const fixed: readonly (readonly [string, number])[] = [
    ['status-port', 15021],
    ['tls', 15443],
    ['tls-istiod', 15012],
    ['tls-webhook', 15017],
  ];
  return fixed.map(([name, port]) => {
    const own =
      release.version.minor < 30 ? null : valueAt(values, ['networkGatewayPorts', name, 'targetPort']);
    return typeof own === 'number' || typeof own === 'bigint' ? Number(own) || port : port;
  });
}

interface ServiceRule {
  readonly port: unknown;
  readonly protocol: unknown;
  /** Where it stands in the merged values. */
  readonly entry: ValuePath;
}

/** The rules that stand for entries of a gateway's ports: all behind those for health and metrics. */
function serviceRules(look: Look): readonly ServiceRule[] {
  const { release, written } = look;
  const isGateway =
    release.chart === 'gateway' || (release.chart.startsWith('istio-') && release.chart !== 'istio-cni');
  if (!isGateway || written === undefined) return [];
  return written.policy.spec.ingress
    .slice(2)
    .flatMap(({ ports: [first] }, i) =>
      first === undefined ? [] : [{ ...first, entry: [...portsPath(look), i] }],
    );
}
