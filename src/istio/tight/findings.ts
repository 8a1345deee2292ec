import { listWords, qualifiedName } from '../../model/index.ts';
import { isEgressByName, isGatewayChart } from '../check/index.ts';
import { type ComponentFinding, renderComponent } from '../components/index.ts';
import type { Context } from './context.ts';
import { parameters } from './parameters.ts';
import type { Opening, TightPolicy } from './types.ts';

/** What keeps these policies from being least privilege, and what to know before they are applied. */
export function findingsOf(context: Context, policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  return [
    ...besideTheirOwn(context),
    ...besideThoseThere(context),
    ...unknownParameters(policies),
    ...unnamedHosts(policies),
    ...unknownPorts(policies),
    ...unknownPlanes(policies),
    ...comingNodes(context, policies),
    ...noOtherNetworks(context),
    ...hostNetworkAgents(context),
    ...withoutLabels(context),
    ...egressByName(context),
    ...withoutService(context),
    ...targetFindings(context),
  ];
}

/** Policies add up: what Istio's own lets in, comes in. */
function besideTheirOwn({ made }: Context): readonly ComponentFinding[] {
  const on = made.filter(({ release }) => renderComponent(release).kind === 'policy');
  if (on.length === 0) return [];
  const subjects = on.map(({ release, namespace, name }) => `${release.chart} ${namespace}/${name}`);
  return [
    {
      code: 'PC3471',
      severity: 'warning',
      message: `${listSubjects(subjects)}: the values switch Istio's own policies on, which let anybody in; beside them these tighten nothing`,
      help: "apply these with global.networkPolicy.enabled=false, and delete Istio's own that are left behind",
    },
  ];
}

/** The same of those that the cluster has, whatever the values say: istioctl never removes any. */
function besideThoseThere({ beside }: Context): readonly ComponentFinding[] {
  if (beside.length === 0) return [];
  const names = beside.map(qualifiedName);
  return [
    {
      code: 'PC3471',
      severity: 'warning',
      message: `NetworkPolicy ${listSubjects(names)}: the cluster has Istio's own, which let anybody in; they are left out of account here, and while they are there these tighten nothing`,
      help: 'delete them once these are applied; --leaving says how',
    },
  ];
}

/** Openings of all rules of one kind, each with the subjects of the policies that have it. */
function openingsOf<K extends Opening['kind']>(
  policies: readonly TightPolicy[],
  kind: K,
): readonly { readonly opening: Extract<Opening, { kind: K }>; readonly subjects: readonly string[] }[] {
  const found = new Map<string, { opening: Extract<Opening, { kind: K }>; subjects: Set<string> }>();
  for (const { subject, ingress, egress } of policies)
    for (const opening of [...ingress, ...egress].flatMap((rule) => rule.open)) {
      if (opening.kind !== kind) continue;
      const key = JSON.stringify(opening);
      const own = opening as Extract<Opening, { kind: K }>;
      const entry = found.get(key) ?? { opening: own, subjects: new Set() };
      entry.subjects.add(subject);
      found.set(key, entry);
    }
  return [...found.values()].map(({ opening, subjects }) => ({ opening, subjects: [...subjects] }));
}

/** One flag may say several parameters: they are told together. */
function unknownParameters(policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  const byFlag = Map.groupBy(
    openingsOf(policies, 'parameter'),
    ({ opening }) => parameters[opening.parameter].say,
  );
  return [...byFlag].map(([say, entries]) => {
    const whats = entries.map(({ opening }) => parameters[opening.parameter].what);
    const subjects = new Set(entries.flatMap((entry) => entry.subjects));
    const hasNone = say.startsWith('--') && !say.includes(' ');
    return {
      code: 'PC3460',
      severity: 'warning',
      message: `${listSubjects([...subjects])}: not known: ${listWords(whats)}; rules stay open on just their ports`,
      help: hasNone ? `say ${say}; ${say} none leaves these rules out` : `say ${say}`,
    };
  });
}

function unnamedHosts(policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  return openingsOf(policies, 'host').map(({ opening, subjects }) => ({
    code: 'PC3461',
    severity: 'warning',
    message: `${listSubjects(subjects)}: a NetworkPolicy cannot name the host ${opening.host}; port ${opening.port} stays open to every address`,
    help: 'say its addresses where they are fixed, or send it through an egress gateway; a RequestAuthentication can hold its keys itself (jwks)',
  }));
}

function unknownPorts(policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  return openingsOf(policies, 'ports').map(({ opening, subjects }) => ({
    code: 'PC3462',
    severity: 'warning',
    message: `${listSubjects(subjects)}: on which ports the pods of ${opening.of} listen is not known; all TCP ports to their namespace stay open`,
    help: 'give the cluster with -f, so that its Service and pods are seen',
  }));
}

/** Of peers: who needs 15012 and who 15008 depends on it. */
function unknownPlanes(policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  return openingsOf(policies, 'planes').map(({ opening, subjects }) => ({
    code: 'PC3468',
    severity: 'warning',
    message: `${listSubjects(subjects)}: whether pods of ${opening.of} have sidecars or are in ambient mode is not known; rules stay open for both`,
    help: 'say the labels that put them into the mesh (--mesh istio-injection=enabled, --mesh istio.io/dataplane-mode=ambient), or give their Namespaces and pods with -f',
  }));
}

/** Addresses of today's nodes do not hold for tomorrow's. */
function comingNodes({ seen }: Context, policies: readonly TightPolicy[]): readonly ComponentFinding[] {
  if (seen.nodes === undefined || policies.length === 0) return [];
  return [
    {
      code: 'PC3463',
      severity: 'warning',
      message: `nodes: their addresses are those of ${seen.nodes}; a node that joins later is not among them, and its probes may fail`,
      help: 'say the ranges that nodes get their addresses from with --node-cidr',
    },
  ];
}

function noOtherNetworks({ manyNetworks, around, made }: Context): readonly ComponentFinding[] {
  const isTouched = made.some(({ release }) => !['ztunnel', 'istio-cni'].includes(release.chart));
  if (manyNetworks || around.remoteNetworks !== undefined || !isTouched) return [];
  return [
    {
      code: 'PC3464',
      severity: 'info',
      message:
        'other networks: nothing hints at a mesh of several networks or at virtual machines; there are no rules for them',
      help: 'say --remote-cidr if there are any, --remote-cidr none if not',
    },
  ];
}

/** Pods on the host network are under no NetworkPolicy. */
function hostNetworkAgents({ onNodes }: Context): readonly ComponentFinding[] {
  return onNodes.map(({ release, namespace, name }) => ({
    code: 'PC3465',
    severity: 'warning',
    message: `${release.chart} ${namespace}/${name}: its pods share the network of their node, where NetworkPolicies have no effect; none is made`,
    help: 'leave ambient.shareHostNetworkNamespace off, or guard the nodes themselves',
  }));
}

/** An empty selector is every pod of the namespace. */
function withoutLabels({ unlabelled }: Context): readonly ComponentFinding[] {
  return unlabelled.map(({ release, namespace, name }) => ({
    code: 'PC3470',
    severity: 'error',
    message: `${release.chart} ${namespace}/${name}: it has no labels to select its pods by; a policy without them would be for every pod of the namespace, so none is made`,
    help: 'give the gateway labels: gateways.NAME.labels',
  }));
}

function egressByName({ made }: Context): readonly ComponentFinding[] {
  return made.filter(isEgressByName).map(({ namespace, name }) => ({
    code: 'PC3466',
    severity: 'info',
    message: `gateway ${namespace}/${name}: by its name it is taken for an egress gateway; only the mesh may come to it`,
    help: 'give an ingress gateway another name, or add a policy that lets its clients in',
  }));
}

/** Ports of a gateway that was found are those of its Services. */
function withoutService({ made, found }: Context): readonly ComponentFinding[] {
  return made
    .filter((component) => isGatewayChart(component) && found.get(component)?.services.length === 0)
    .map(({ namespace, name }) => ({
      code: 'PC3467',
      severity: 'warning',
      message: `gateway ${namespace}/${name}: no Service selects it, so its listeners are not known; all of its ports stay open`,
      help: 'give its Service with -f',
    }));
}

function targetFindings({ targets }: Context): readonly ComponentFinding[] {
  return targets.flatMap((target): readonly ComponentFinding[] => {
    if (target.kind === 'gateway' && target.listeners === undefined)
      return [
        {
          code: 'PC3467',
          severity: 'warning',
          message: `gateway ${target.namespace}/${target.name}: its listeners are not known; all of its ports stay open`,
          help: 'give the Gateway with -f',
        },
      ];
    if (target.kind !== 'namespace') return [];
    const subject = `namespace ${target.name}`;
    return [
      ...(target.modes === undefined
        ? [
            {
              code: 'PC3468',
              severity: 'warning' as const,
              message: `${subject}: whether its pods have sidecars or are in ambient mode is not known; there are rules for both`,
              help: 'give its Namespace and pods with -f',
            },
          ]
        : []),
      ...(target.unguarded.length > 0
        ? [
            {
              code: 'PC3469',
              severity: 'warning' as const,
              message: `${subject}: some of its pods are under no policy for ${target.unguarded.join(' and ')} today; applying the baseline isolates them, and it lets nothing of the application through`,
              help: "apply the application's own policies first",
            },
          ]
        : []),
    ];
  });
}

/** Two names, and how many more. */
function listSubjects(subjects: readonly string[]): string {
  return subjects.length <= 2
    ? listWords(subjects)
    : `${subjects.slice(0, 2).join(', ')} and ${subjects.length - 2} more`;
}
