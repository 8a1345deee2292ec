import type { AuthorizationPolicy } from '../../../src/model/index.ts';
import { waypointStatuses, ztunnelStatus } from '../../../src/policy/authorization/index.ts';
import { compared } from '../diff.ts';
import type { CaseResult, Format } from '../format.ts';
import { buildLeniently, readLeniently } from '../lenient.ts';
import { type ConversionCase, checkConversion } from './ambient-conversion.ts';
import { checkEnforcement, type EnforcementCase } from './ambient-enforcement.ts';
import { checkZtunnelUnit, type UnitCase } from './ambient-unit.ts';

interface StatusCase {
  readonly name: string;
  readonly policy: unknown;
  readonly status: unknown;
  readonly effective?: boolean;
}

interface FileMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface WaypointCase {
  readonly name: string;
  readonly policy: FileMetadata & { readonly generation: number };
  readonly services?: readonly FileMetadata[];
  readonly serviceEntries?: readonly FileMetadata[];
  readonly gatewayClasses?: readonly FileMetadata[];
  readonly expect: unknown;
}

interface File {
  readonly enforcement?: readonly EnforcementCase[];
  readonly ztunnelUnit?: readonly UnitCase[];
  readonly conversion?: readonly ConversionCase[];
  readonly status?: readonly StatusCase[];
  readonly waypointStatus?: readonly WaypointCase[];
}

/** What ztunnel enforces, what istiod sends to it, and what istiod says about that. */
export const ambientAuthorization: Format = {
  name: 'ambient authorization',
  recognises: (data) => 'ztunnelUnit' in data || 'enforcement' in data || 'waypointStatus' in data,
  *run(data) {
    const {
      enforcement = [],
      ztunnelUnit = [],
      conversion = [],
      status = [],
      waypointStatus = [],
    } = data as File;
    for (const one of enforcement) yield checkEnforcement(one);
    for (const one of ztunnelUnit) yield checkZtunnelUnit(one);
    for (const one of conversion) yield checkConversion(one);
    for (const one of status) yield checkStatus(one);
    for (const one of waypointStatus) yield checkWaypointStatus(one);
  },
};

function checkStatus({ name, policy, status, effective }: StatusCase): CaseResult {
  const [read] = readLeniently([policy]);
  const got = ztunnelStatus(
    { rootNamespace: 'istio-system', ambientDryRun: false },
    read as AuthorizationPolicy,
  );
  return compared(
    `status: ${name}`,
    { status, effective },
    {
      status:
        got?.complaint === undefined
          ? null
          : { Reason: got.complaint.reason, Message: got.complaint.message },
      effective: got?.effective,
    },
  );
}

function checkWaypointStatus(one: WaypointCase): CaseResult {
  const { services = [], serviceEntries = [], gatewayClasses = [], policy } = one;
  const ports = [{ name: 'http', port: 80, number: 80, protocol: 'HTTP' }];
  const cluster = buildLeniently(
    [
      objectOf('security.istio.io/v1', 'AuthorizationPolicy', policy),
      objectOf('v1', 'Namespace', {
        name: 'ns1',
        namespace: '',
        labels: { 'istio.io/use-waypoint': 'waypoint' },
      }),
      waypoint,
      ...services.map((service) => objectOf('v1', 'Service', service, { ports: [{ port: 80 }] })),
      ...serviceEntries.map((entry) =>
        objectOf('networking.istio.io/v1', 'ServiceEntry', entry, { hosts: ['host.example'], ports }),
      ),
      ...gatewayClasses.map((given) => objectOf('gateway.networking.k8s.io/v1', 'GatewayClass', given)),
    ],
    { rootNamespace: 'istio-system' },
  );
  const [read] = [...cluster.policies.authorization.values()].flat();
  const got = waypointStatuses(cluster, read!).map(({ ancestor, reason, message, bound }) => ({
    ObservedGeneration: policy.generation,
    Ancestor: ancestor,
    Status: { Reason: reason, Message: message },
    Bound: bound,
  }));
  return compared(`waypointStatus: ${one.name}`, one.expect, got);
}

const waypoint = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'waypoint', namespace: 'ns1' },
  spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
};

function objectOf(apiVersion: string, kind: string, given: FileMetadata, defaults: object = {}): unknown {
  const { name, namespace, labels, spec } = given;
  const metadata = {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(labels === null ? {} : { labels }),
  };
  return { apiVersion, kind, metadata, spec: { ...defaults, ...spec } };
}
