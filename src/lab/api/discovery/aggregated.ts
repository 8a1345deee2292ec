import type { Group, Offer } from './groups.ts';

/** All of some groups in one answer: `APIGroupDiscoveryList` of apidiscovery.k8s.io. */
export function aggregated(groups: readonly Group[], version: string): object {
  const items = groups.map(({ name, versions }) => ({
    metadata: { ...(name !== '' && { name }), creationTimestamp: null },
    versions: [...versions].map(([each, offers]) => ({
      version: each,
      resources: offers.map((offer) => resourceOf(offer, name, each)),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function resourceOf(offer: Offer, group: string, version: string): object {
  const { plural, kind, namespaced, singular, verbs, shortNames, categories, subresources } = offer;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((each) => ({
        subresource: each.name,
        responseKind: { group: each.group, version: each.version, kind: each.kind },
        verbs: each.verbs,
      })),
    }),
  };
}
