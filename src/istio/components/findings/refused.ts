import { validateNetworkPolicyText } from '../../../manifest/index.ts';
import { gatewayKey } from '../gateway-text.ts';
import { isSet, printed, valueAt } from '../go-values.ts';
import { finding, type Look } from '../look.ts';
import type { ValuePath } from '../origin.ts';
import type { ComponentFinding, RenderedPolicy, Values } from '../types.ts';

/**
 * PC3402, PC3403, PC3405, PC3409 and PC3425: what the API server refuses of the policy besides texts that became something else (PC3401): its name, a label,
 * a port, a protocol, or anything else.
 */
export function findRefused(look: Look): readonly ComponentFinding[] {
  const { written } = look;
  if (written === undefined) return [];
  const answer = validateNetworkPolicyText(JSON.stringify(asTexts(written.policy)));
  if (answer.decodeError !== undefined) return [portFault(look) ?? other(look, answer.decodeError)];
  const seen = new Map<string, ComponentFinding>();
  for (const { field, text } of answer.causes) {
    const told = describe(look, field, text);
    if (!seen.has(told.message)) seen.set(told.message, told);
  }
  return [...seen.values()];
}

/** The policy with texts for whatever stands in a name or a label, so that the server's next words are heard too. */
function asTexts(policy: RenderedPolicy): unknown {
  const { metadata, spec } = policy;
  const text = (value: unknown): unknown => (value === null ? '' : String(value));
  const name = (value: unknown): unknown => (typeof value === 'string' ? value : 'x');
  const texts = (labels: Values | null): unknown =>
    typeof labels === 'object' && labels !== null && !Array.isArray(labels)
      ? Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, text(value)]))
      : labels;
  return {
    ...policy,
    metadata: {
      name: name(metadata.name),
      namespace: name(metadata.namespace),
      labels: texts(metadata.labels),
    },
    spec: { ...spec, podSelector: { matchLabels: texts(spec.podSelector.matchLabels) } },
  };
}

function describe(look: Look, field: string, text: string): ComponentFinding {
  if (field === 'metadata.name') return nameFault(look, text);
  if (field === 'metadata.namespace') {
    return finding(look, {
      code: 'PC3402',
      severity: 'error',
      message: `the API server refuses the namespace: ${text}`,
      help: 'Install into a namespace with a name that Kubernetes takes.',
    });
  }
  if (/abels/.test(field)) return labelFault(look, field, text);
  const port = /^spec\.ingress\[(\d+)\]\.ports\[0\]\.(port|protocol)$/.exec(field);
  if (port === null) return other(look, `${field}: ${text}`);
  return ruleFault(look, { rule: Number(port[1]), part: port[2] as 'port' | 'protocol', text });
}

function nameFault(look: Look, text: string): ComponentFinding {
  const revision = look.values.get('revision') ?? null;
  const name = String(look.written!.policy.metadata.name);
  return finding(look, {
    code: 'PC3402',
    severity: 'error',
    message:
      revision === null
        ? `revision is null, which leaves only a dash behind the name ${JSON.stringify(name)}; the API server refuses it`
        : `the API server refuses the name: ${text}`,
    path: [revision === null || name.endsWith(String(revision)) ? 'revision' : 'name'],
    help:
      revision === null
        ? 'Leave revision out, or set it to "".'
        : 'Names of NetworkPolicies are lower-case letters, digits, dashes and dots, 253 at most; they begin and end with a letter or digit.',
  });
}

function labelFault(look: Look, field: string, text: string): ComponentFinding {
  return finding(look, {
    code: 'PC3403',
    severity: 'error',
    message: `the API server refuses a label at ${field}: ${text}`,
    path: ['labels'],
    help: 'Values of labels have 63 characters at most, of letters, digits, dashes, underscores and dots, and begin and end with a letter or digit. Names that become labels (app, istio, release) too.',
  });
}

interface RuleFault {
  readonly rule: number;
  readonly part: 'port' | 'protocol';
  readonly text: string;
}

function ruleFault(look: Look, { rule, part, text }: RuleFault): ComponentFinding {
  // The rules of a gateway's Service come behind those for health and metrics.
  const entry: ValuePath = [...portsPath(look), rule - 2];
  if (part === 'protocol') {
    return finding(look, {
      code: 'PC3409',
      severity: 'error',
      message: `the API server refuses a protocol: ${text}`,
      path: [...entry, 'protocol'],
      help: 'A NetworkPolicy takes TCP, UDP and SCTP. What is spoken on top (HTTP, gRPC) goes into appProtocol, or the name of the port.',
    });
  }
  return finding(look, {
    code: 'PC3405',
    severity: 'error',
    message: `the API server refuses a port: ${text}`,
    path: [...entry, isSet(valueAt(look.values, [...entry, 'targetPort'])) ? 'targetPort' : 'port'],
    help: 'Ports are whole numbers from 1 to 65535.',
  });
}

/** Where a gateway's ports stand in the merged values. */
export function portsPath({ release }: Pick<Look, 'release'>): ValuePath {
  return release.chart === 'gateway'
    ? ['service', 'ports']
    : ['gateways', gatewayKey(release.chart), 'ports'];
}

/** A port that is neither a number nor a text once it is rendered. */
function portFault(look: Look): ComponentFinding | undefined {
  const { spec } = look.written!.policy;
  const rule = spec.ingress.findIndex(({ ports }) =>
    ports.some(
      ({ port }) =>
        port !== null && typeof port !== 'string' && !(typeof port === 'number' && Number.isInteger(port)),
    ),
  );
  if (rule < 0) return undefined;
  const { port } = spec.ingress[rule]!.ports[0]!;
  const shown = typeof port === 'object' ? JSON.stringify(port) : printed(port as number);
  return ruleFault(look, { rule, part: 'port', text: `${shown} is neither a whole number nor a name` });
}

function other(look: Look, text: string): ComponentFinding {
  return finding(look, {
    code: 'PC3425',
    severity: 'error',
    message: `the API server refuses the policy: ${text}`,
    help: 'Look at the values that this part of the policy is made from.',
  });
}
