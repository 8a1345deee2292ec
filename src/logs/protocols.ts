/** IANA's numbers of the protocols that policies tell apart. */
const names: Readonly<Record<string, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  58: 'ICMPV6',
  132: 'SCTP',
};

/** A protocol as records have it, from a number or a name (`tcp`, `ICMPv4`); undefined where none is stated. */
export function protocolOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (text === '' || text === '-' || text === '0') return undefined;
  if (text === 'TCP' || text === 'UDP') return text;
  const name = names[text] ?? text.toUpperCase();
  return name === 'ICMPV4' ? 'ICMP' : name;
}
