import { createHash } from 'node:crypto';

/** The lab's table of nftables. */
export const table = 'inet portcullis';

/** What the table holds. Sets are named for what is in them, so they never change. */
export interface Ruleset {
  readonly counters: ReadonlySet<string>;
  /** Type and elements by name. */
  readonly sets: ReadonlyMap<string, string>;
  /** Lines by name; of a base chain the first says where it hooks in. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

/** Collects a ruleset. */
export interface RulesetWriter extends Ruleset {
  /** A statement that counts under this name: packets of all rules that count there together. */
  count(name: string): string;
  /** A reference to a set of these elements: `@port/3f2a91`. `type` is nft's, of its keys; intervals are ranges of addresses. */
  set(kind: string, type: string, elements: readonly string[], intervals?: boolean): string;
  /** Writes a chain; gives its name as rules refer to it. */
  chain(name: string, lines: readonly string[]): string;
}

export const emptyRuleset: Ruleset = { counters: new Set(), sets: new Map(), chains: new Map() };

export function rulesetWriter(): RulesetWriter {
  const counters = new Set<string>();
  const sets = new Map<string, string>();
  const chains = new Map<string, readonly string[]>();
  return {
    counters,
    sets,
    chains,
    count(text) {
      const name = nameOf(text);
      counters.add(name);
      return `counter name "${name}"`;
    },
    set(kind, type, elements, intervals = false) {
      const lines = [
        `type ${type}`,
        ...(intervals ? ['flags interval'] : []),
        ...(elements.length === 0 ? [] : [`elements = { ${elements.join(', ')} }`]),
      ];
      const body = lines.join('\n    ');
      const name = nameOf(`${kind}/${shortHash(body)}`);
      sets.set(name, body);
      return `@${name}`;
    },
    chain(text, lines) {
      const name = nameOf(text);
      chains.set(name, lines);
      return name;
    },
  };
}

/**
 * The transaction that leads from one ruleset to another, for `nft -f -`; undefined where nothing changes. Chains that stay the same are not touched, and counters of rules that
 * stay keep what they counted.
 */
export function transaction(before: Ruleset, after: Ruleset): string | undefined {
  const goneChains = missing(before.chains.keys(), after.chains);
  const goneSets = missing(before.sets.keys(), after.sets);
  const goneCounters = missing(before.counters, after.counters);
  const changed = [...after.chains].filter(
    ([name, lines]) => before.chains.get(name)?.join('\n') !== lines.join('\n'),
  );
  const changedOld = changed.map(([name]) => name).filter((name) => before.chains.has(name));
  const added = [
    ...missing(after.counters, before.counters).map((name) => `  counter ${name} {\n  }`),
    ...missing(after.sets.keys(), before.sets).map((name) => block('set', name, after.sets.get(name)!)),
    ...changed.map(([name, lines]) => block('chain', name, lines.join('\n    '))),
  ];
  const taken = [
    ...[...changedOld, ...goneChains].map((name) => `flush chain ${table} ${name}`),
    ...goneChains.map((name) => `delete chain ${table} ${name}`),
    ...goneSets.map((name) => `delete set ${table} ${name}`),
    ...goneCounters.map((name) => `delete counter ${table} ${name}`),
  ];
  if (taken.length + added.length === 0) return undefined;
  const put = added.length === 0 ? [] : [`table ${table} {`, ...added, '}'];
  return [...taken, ...put, ''].join('\n');
}

/** The name of a chain, set or counter. nft takes letters, digits and ./-_ without quotes, 128 bytes at the most; longer ones end with their hash. */
export function nameOf(text: string): string {
  const name = text.replace(/[^\w./-]/g, '_');
  return name.length <= 120 ? name : `${name.slice(0, 110)}.${shortHash(text)}`;
}

/** A comment of a rule, as long as nft takes one. */
export function commentOf(text: string): string {
  const line = text.replaceAll('"', "'");
  const short = Buffer.byteLength(line) <= 120 ? line : `${line.slice(0, 115)}...`;
  return `comment "${short}"`;
}

export function shortHash(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 8);
}

function block(kind: string, name: string, body: string): string {
  return `  ${kind} ${name} {\n    ${body}\n  }`;
}

function missing(names: Iterable<string>, there: { has(name: string): boolean }): readonly string[] {
  return [...names].filter((name) => !there.has(name));
}
