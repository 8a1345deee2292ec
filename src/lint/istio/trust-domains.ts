import type { Cluster } from '../../cluster/index.ts';
import { defaultMesh, listWords, type Mesh } from '../../model/index.ts';
import type { LintRule } from '../registry.ts';
import type { Finding } from '../types.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import { valueFinding } from './value-findings.ts';

/** Identities of trust domains that the mesh does not take: their certificates fail the handshake before any policy is asked. */
export const trustDomains: LintRule = {
  codes: ['PC3222'],
  *check({ cluster }) {
    const { mesh } = cluster;
    if (!mesh.validatePeerTrustDomain) return;
    const known = [mesh.trustDomain, ...mesh.trustDomainAliases];
    const told = mesh.trustDomain !== defaultMesh.trustDomain || isUsed(cluster, known);
    for (const value of valuesOf(cluster)) {
      const domain = domainOf(value);
      if (domain !== undefined && !isKnown(domain, mesh)) yield describe(cluster, value, domain, told);
    }
  },
};

/** The trust domain that a value asks for; undefined where it leaves it open. */
function domainOf({ field: { field }, value }: PolicyValue): string | undefined {
  if (field === 'trustDomains') return value.includes('*') ? undefined : value;
  if (field !== 'principals' || value.includes('://')) return undefined;
  const [domain = '', ns] = value.split('/');
  return ns === 'ns' && !domain.includes('*') && domain !== '' ? domain : undefined;
}

/** In a principal, `cluster.local` stands for the mesh, whatever its trust domain. */
function isKnown(domain: string, { trustDomain, trustDomainAliases }: Mesh): boolean {
  const aliases = trustDomainAliases.some((alias) => alias === domain || covers(alias, domain));
  return domain === trustDomain || domain === 'cluster.local' || aliases;
}

function covers(pattern: string, domain: string): boolean {
  if (pattern.startsWith('*')) return domain.endsWith(pattern.slice(1));
  return pattern.endsWith('*') && domain.startsWith(pattern.slice(0, -1));
}

function isUsed(cluster: Cluster, known: readonly string[]): boolean {
  return [...valuesOf(cluster)].some((value) => known.includes(domainOf(value) ?? ''));
}

function describe({ mesh }: Cluster, value: PolicyValue, domain: string, told: boolean): Finding {
  const known = listWords([mesh.trustDomain, ...mesh.trustDomainAliases]);
  return valueFinding(value, {
    code: 'PC3222',
    // Nothing that was given speaks of the default trust domain: the mesh's own may be another.
    severity: told ? 'warning' : 'info',
    reason: `the mesh takes certificates of ${known} only, and ${domain} is not among them`,
    help: told
      ? `Write ${mesh.trustDomain}, or add ${domain} to trustDomainAliases of the MeshConfig.`
      : `If ${domain} is the mesh's own trust domain, give its MeshConfig too, or say so in the project file.`,
  });
}
