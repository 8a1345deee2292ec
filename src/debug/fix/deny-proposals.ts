import { replacePolicy } from '../../cluster/index.ts';
import type {
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
  FieldPath,
  PolicyReference,
} from '../../model/index.ts';
import { decide } from '../../verdict/index.ts';
import { isHttp } from './allow-proposals.ts';
import type { Denial } from './denial.ts';
import type { ObjectEdit } from './patch/object-edit.ts';
import { oneEdit, type PlainObject, type Proposal } from './proposal.ts';
import { type LookUp, valuesOf } from './request-values.ts';
import type { FixAction, PlainValue } from './types.ts';

type Lists = Readonly<Record<string, readonly string[] | undefined>>;

/** What a proposal for a rule that denies needs to know. */
interface Hit {
  readonly policy: AuthorizationPolicy;
  readonly path: FieldPath;
  readonly rule: AuthorizationRule;
  readonly lookUp: LookUp;
  /** Indexes of the sources and operations that match; empty where the rule has none. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly http: boolean;
}

/**
 * What may help where a DENY rule matches: spare this caller, for just this request or for all it sends; where nothing names the caller, spare the request, whoever sends it; take the value, the source or the
 * rule away that hits it.
 */
export function denyProposals(denial: Denial, { policy, path }: PolicyReference): readonly Proposal[] {
  const denying = policy as AuthorizationPolicy;
  const index = path[2];
  const rule = typeof index === 'number' ? denying.spec.rules[index] : undefined;
  if (rule === undefined) return [];
  const denies = (from: AuthorizationRule['from'], to: AuthorizationRule['to']): boolean =>
    stillDenies(denial, denying, { ...rule, from, to });
  const hit: Hit = {
    policy: denying,
    path,
    rule,
    lookUp: valuesOf(denial),
    from: [...rule.from.keys()].filter((i) => denies([rule.from[i]], rule.to)),
    to: [...rule.to.keys()].filter((i) => denies(rule.from, [rule.to[i]])),
    http: isHttp(denial),
  };
  const sparing = spareCaller(hit);
  return [
    ...(sparing.length > 0 ? sparing : spareRequest(hit)),
    ...takeAway(hit, (changed) => stillDenies(denial, denying, changed)),
  ];
}

/** Would the policy deny the request if this were its only rule? */
function stillDenies(
  { cluster, request }: Denial,
  policy: AuthorizationPolicy,
  rule: AuthorizationRule,
): boolean {
  const changed: AuthorizationPolicy = { ...policy, spec: { ...policy.spec, rules: [rule] } };
  const { steps } = decide(replacePolicy(cluster, policy, changed), request);
  return steps.some(
    ({ outcome, because }) =>
      outcome === 'deny' && because.kind === 'matched rule' && because.rule.policy === changed,
  );
}

/** The caller is exempted from every source that hits it; with a rule beside that denies it everything but the request, or without. */
function spareCaller(hit: Hit): readonly Proposal[] {
  const { policy, path, rule, from, lookUp } = hit;
  const principal = lookUp('principals');
  const [field, value] =
    principal === undefined ? ['notIpBlocks', lookUp('ipBlocks')] : ['notPrincipals', principal];
  if (value === undefined) return [];
  // Naming somebody and exempting him at once says nothing that anybody could read.
  const naming = field === 'notPrincipals' ? 'principals' : 'ipBlocks';
  if (from.some((i) => isOnly((rule.from[i] as Lists | undefined)?.[naming], value))) return [];
  const places = rule.from.length === 0 ? [0] : from;
  const edits = places.map((i): ObjectEdit => {
    const source = [...path, 'from', i, 'source'];
    const named = (rule.from[i] as Lists | undefined)?.[naming]?.indexOf(value) ?? -1;
    return named < 0
      ? { op: 'add', path: [...source, field], value }
      : { op: 'remove', path: [...source, naming, named] };
  });
  const actions = edits.map(({ op, path: at }): FixAction => {
    return { kind: op === 'add' ? 'exempt' : 'remove value', object: policy, path: at, value };
  });
  const plain: Proposal = { kind: 'edit', object: policy, edits, actions };
  const rest = ruleForTheRest(hit, naming, value);
  if (rest === undefined) return [plain];
  const at = (path[2] as number) + 1;
  const edit: ObjectEdit = { op: 'add', path: ['spec', 'rules'], value: rest, at };
  const action: FixAction = { kind: 'split rule', object: policy, path, value: rest };
  return [{ kind: 'edit', object: policy, edits: [...edits, edit], actions: [...actions, action] }, plain];
}

function isOnly(list: readonly string[] | undefined, value: string): boolean {
  return list?.length === 1 && list[0] === value;
}

/** A rule that goes on denying the caller all but the request: its port, and its method and path. */
function ruleForTheRest(hit: Hit, naming: string, value: string): PlainObject | undefined {
  const { rule, from, to } = hit;
  const exemptions = exemptionsOf(hit);
  if (exemptions.length === 0) return undefined;
  const sources = (rule.from.length === 0 ? [undefined] : from.map((i) => rule.from[i])).map((source) => ({
    source: { ...plainOf(source), [naming]: [value] },
  }));
  const operations = (rule.to.length === 0 ? [undefined] : rule.to).flatMap(
    (operation, i): readonly PlainValue[] => {
      if (rule.to.length > 0 && !to.includes(i)) return [{ operation: plainOf(operation) }];
      return exemptions.flatMap(([field, own]) => {
        const lists = plainOf(operation);
        if (isOnly((operation as Lists | undefined)?.[positive(field)], own)) return [];
        return [
          { operation: { ...lists, [field]: [...((lists[field] as string[] | undefined) ?? []), own] } },
        ];
      });
    },
  );
  if (operations.length === 0) return undefined;
  return {
    from: sources,
    to: operations,
    ...(rule.when.length === 0 ? {} : { when: rule.when.map((each) => plainOf(each)) }),
  };
}

function exemptionsOf({ lookUp, http }: Hit): readonly (readonly [string, string])[] {
  const fields = http ? ['notMethods', 'notPaths', 'notPorts'] : ['notPorts'];
  return fields.flatMap((field) => {
    const value = lookUp(positive(field));
    return value === undefined ? [] : [[field, value] as const];
  });
}

/** `notPaths` to `paths`. */
function positive(field: string): string {
  return field[3]!.toLowerCase() + field.slice(4);
}

/** The request is exempted for all callers of the rule: just it, or by its path, its method or its port. */
function spareRequest(hit: Hit): readonly Proposal[] {
  const { policy, path, rule, to } = hit;
  const places = rule.to.length === 0 ? [0] : to;
  const exemptions = exemptionsOf(hit);
  const all = exemptions.map(([field, value]) => ({ operation: { [field]: [value] } }));
  const edit: ObjectEdit = { op: 'set', path: [...path, 'to'], value: all };
  const exact = rule.to.length === 0 && all.length > 1 ? [oneEdit('exempt', policy, edit, all)] : [];
  const single = exemptions.flatMap(([field, value]): readonly Proposal[] => {
    if (to.some((i) => isOnly((rule.to[i] as Lists | undefined)?.[positive(field)], value))) return [];
    const edits = places.map(
      (i): ObjectEdit => ({ op: 'add', path: [...path, 'to', i, 'operation', field], value }),
    );
    const actions = edits.map(
      (edit): FixAction => ({ kind: 'exempt', object: policy, path: edit.path, value }),
    );
    return [{ kind: 'edit', object: policy, edits, actions }];
  });
  return [...exact, ...single];
}

/** One value of a list goes where the rule hits by it alone; or the source that hits; or the rule. */
function takeAway(
  { policy, path, rule, from }: Hit,
  denies: (rule: AuthorizationRule) => boolean,
): readonly Proposal[] {
  const found: Proposal[] = [];
  for (const { at, values, without } of listsOf(rule)) {
    if (values.length < 2) continue;
    const needed = values.flatMap((value, i) =>
      denies(without(values.filter((_, j) => j !== i))) ? [] : [{ value, i }],
    );
    for (const { value, i } of needed) {
      const gone = [...path, ...at, i];
      found.push(oneEdit('remove value', policy, { op: 'remove', path: gone }, value));
    }
  }
  const [only, second] = from;
  if (only !== undefined && second === undefined && rule.from.length > 1) {
    const gone = [...path, 'from', only];
    const value: PlainValue = { source: plainOf(rule.from[only]) };
    found.push(oneEdit('remove rule', policy, { op: 'remove', path: gone }, value));
  }
  // A DENY policy without rules is refused.
  if (policy.spec.rules.length > 1)
    found.push(oneEdit('remove rule', policy, { op: 'remove', path }, plainRule(rule)));
  return found;
}

interface OneList {
  /** From the rule on. */
  readonly at: FieldPath;
  readonly values: readonly string[];
  /** The rule with other values in this list. */
  without(values: readonly string[]): AuthorizationRule;
}

/** The lists of a rule that say what it hits. */
function listsOf(rule: AuthorizationRule): readonly OneList[] {
  const found: OneList[] = [];
  for (const [side, inner] of [
    ['from', 'source'],
    ['to', 'operation'],
  ] as const) {
    for (const [i, entry] of rule[side].entries()) {
      for (const [name, values] of Object.entries((entry ?? {}) as Lists)) {
        if (values === undefined || /^not[A-Z]/.test(name)) continue;
        const without = (list: readonly string[]): AuthorizationRule => ({
          ...rule,
          [side]: rule[side].map((each, j) => (j === i ? { ...entry, [name]: list } : each)),
        });
        found.push({ at: [side, i, inner, name], values, without });
      }
    }
  }
  for (const [i, condition] of rule.when.entries()) {
    const { values } = condition;
    if (values === undefined) continue;
    const without = (list: readonly string[]): AuthorizationRule => ({
      ...rule,
      when: rule.when.toSpliced(i, 1, { ...condition, values: list }),
    });
    found.push({ at: ['when', i, 'values'], values, without });
  }
  return found;
}

function plainRule(rule: AuthorizationRule): PlainObject {
  return {
    ...(rule.from.length === 0 ? {} : { from: rule.from.map((source) => ({ source: plainOf(source) })) }),
    ...(rule.to.length === 0 ? {} : { to: rule.to.map((operation) => ({ operation: plainOf(operation) })) }),
    ...(rule.when.length === 0 ? {} : { when: rule.when.map((each) => plainOf(each)) }),
  };
}

function plainOf(
  entry: AuthorizationSource | AuthorizationOperation | AuthorizationRule['when'][number] | undefined,
): PlainObject {
  return Object.fromEntries(
    Object.entries(entry ?? {}).filter(([, value]) => value !== undefined),
  ) as PlainObject;
}
