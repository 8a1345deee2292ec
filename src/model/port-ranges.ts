/** The ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const lastPort = 65535;

/** How many ports the ranges hold. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** True where the ranges hold every port. */
export function holdsEveryPort(ranges: readonly PortRange[]): boolean {
  return countPorts(ranges) >= lastPort;
}

/** True where one of the ranges holds the port. */
export function holdsPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

/** The union of lists of ranges, ascending; ranges that touch become one. */
export function mergePortRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** The ports that none of the ranges holds. */
export function otherPorts(ranges: readonly PortRange[]): readonly PortRange[] {
  const others: PortRange[] = [];
  let next = 1;
  for (const { first, last } of mergePortRanges(ranges)) {
    if (first > next) others.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next <= lastPort) others.push({ first: next, last: lastPort });
  return others;
}

/** The ranges less some ports. */
export function withoutPorts(ranges: readonly PortRange[], ports: Iterable<number>): readonly PortRange[] {
  const sorted = [...ports].sort((a, b) => a - b);
  const rest: PortRange[] = [];
  for (const { first, last } of ranges) {
    let next = first;
    for (const port of sorted) {
      if (port < next || port > last) continue;
      if (port > next) rest.push({ first: next, last: port - 1 });
      next = port + 1;
    }
    if (next <= last) rest.push({ first: next, last });
  }
  return rest;
}
