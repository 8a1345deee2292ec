import { change, changeEach, type Fields, fill } from './fill.ts';

const tcp = { protocol: 'TCP' };

export function completeService(object: Fields): Fields {
  return change(object, 'spec', (given: Fields) => {
    const typed = fill(given, { type: 'ClusterIP', sessionAffinity: 'None' });
    const { type, sessionAffinity, externalIPs } = typed as Fields & {
      readonly externalIPs?: readonly string[];
    };
    const balanced = type === 'LoadBalancer';
    const reachable =
      balanced || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0);
    const spec = fill(typed, {
      ...(reachable && { externalTrafficPolicy: 'Cluster' }),
      ...(type !== 'ExternalName' && { internalTrafficPolicy: 'Cluster' }),
      ...(balanced && { allocateLoadBalancerNodePorts: true }),
    });
    return changeEach(withAffinity(spec, sessionAffinity), 'ports', (port: Fields) =>
      fill(port.targetPort === 0 ? { ...port, targetPort: undefined } : port, {
        ...tcp,
        targetPort: port.port,
      }),
    );
  });
}

/** Three hours where a client sticks to its endpoint and nobody says for how long. */
function withAffinity(spec: Fields, affinity: unknown): Fields {
  if (affinity === 'None' && spec.sessionAffinityConfig !== undefined) {
    const { sessionAffinityConfig: _, ...rest } = spec;
    return rest;
  }
  if (affinity !== 'ClientIP') return spec;
  const { clientIP } = (spec.sessionAffinityConfig ?? {}) as { readonly clientIP?: Fields };
  if (clientIP?.timeoutSeconds !== undefined) return spec;
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } };
}

export function completeNetworkPolicy(object: Fields): Fields {
  return change(object, 'spec', (spec: Fields) => {
    const { policyTypes, egress } = spec as Readonly<Record<string, readonly unknown[] | undefined>>;
    const types = (egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    const typed = (policyTypes?.length ?? 0) > 0 ? spec : { ...spec, policyTypes: types };
    const withPorts = (rule: Fields) => changeEach(rule, 'ports', (port: Fields) => fill(port, tcp));
    return changeEach(changeEach(typed, 'ingress', withPorts), 'egress', withPorts);
  });
}

/** What was given as text is kept as base64, over what was given as such. */
export function completeSecret(object: Fields): Fields {
  const { stringData, ...rest } = fill(object, { type: 'Opaque' });
  if (stringData === undefined) return fill(object, { type: 'Opaque' });
  const encoded = Object.entries(stringData as Readonly<Record<string, string>>).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  return { ...rest, data: { ...(rest.data as object | undefined), ...Object.fromEntries(encoded) } };
}

export function completeEndpoints(object: Fields): Fields {
  return changeEach(object, 'subsets', (subset: Fields) =>
    changeEach(subset, 'ports', (port: Fields) => fill(port, tcp)),
  );
}

export function completeEndpointSlice(object: Fields): Fields {
  return changeEach(object, 'ports', (port: Fields) =>
    fill(port.name === undefined ? { ...port, name: '' } : port, tcp),
  );
}

export function completeNamespace(object: Fields): Fields {
  const { name } = object.metadata as { readonly name?: string };
  const { phase } = (object.status ?? {}) as { readonly phase?: string };
  const labelled =
    name === undefined || name === ''
      ? object
      : change(object, 'metadata', (metadata: Fields) =>
          ((metadata.labels ?? {}) as Fields)['kubernetes.io/metadata.name'] === name
            ? metadata
            : {
                ...metadata,
                labels: { ...(metadata.labels as object | undefined), 'kubernetes.io/metadata.name': name },
              },
        );
  return phase
    ? labelled
    : { ...labelled, status: { ...(object.status as object | undefined), phase: 'Active' } };
}
