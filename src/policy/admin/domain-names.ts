import { type PacketEnd, type Pattern, parseAddress, type Truth, unknown } from '../../model/index.ts';

/**
 * Is this destination outside the cluster one of the names? A destination that is known by its host name is compared with them. Of a bare
 * address nobody can tell which names resolve to it. A leading `*.` stands for one or more whole labels, not for the domain itself.
 */
export function matchDomainNames(names: readonly string[], end: PacketEnd): Truth {
  if (end.label.includes('/')) return false;
  if (parseAddress(end.label) === undefined) {
    const host = normalize(end.label);
    return names.some((name) => nameHolds(normalize(name), host));
  }
  return unknown({ kind: 'external address', host: end.label, patterns: names.map(patternOf) });
}

function nameHolds(name: string, host: string): boolean {
  return name.startsWith('*.') ? host.length >= name.length && host.endsWith(name.slice(1)) : host === name;
}

function patternOf(name: string): Pattern {
  return name.startsWith('*.') ? { form: 'suffix', text: name.slice(1) } : { form: 'exact', text: name };
}

function normalize(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
