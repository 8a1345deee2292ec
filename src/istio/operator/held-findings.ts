import type { ComponentFinding, RenderedPolicy, Value, Values } from '../components/index.ts';
import { isMap } from '../values/index.ts';

/** The part of a policy that a finding is about. */
type Part = 'ingress' | 'metadata' | 'selector' | 'texts' | 'whole';

/** Findings of a chart about its policy; all others are about values, and hold whatever becomes of it. */
const partOf: Readonly<Record<string, Part>> = {
  PC3401: 'texts',
  PC3402: 'metadata',
  PC3403: 'metadata',
  PC3404: 'metadata',
  PC3405: 'ingress',
  PC3407: 'ingress',
  PC3408: 'ingress',
  PC3409: 'ingress',
  PC3410: 'selector',
  PC3423: 'selector',
  PC3425: 'whole',
};

/** Findings of a chart that hold for its policy once overlays are applied: those about what no overlay changed. */
export function heldFindings(
  findings: readonly ComponentFinding[],
  rendered: RenderedPolicy,
  object: Values,
): readonly ComponentFinding[] {
  const policy = rendered as unknown as Values;
  return findings.filter((finding) => {
    const part = partOf[finding.code];
    if (part === undefined || isEqual(object, policy)) return true;
    if (part === 'whole') return false;
    if (part === 'ingress') return isRuleKept(finding, rendered, object);
    const places = part === 'metadata' ? [metadata] : part === 'selector' ? [selector] : [metadata, selector];
    return places.every((place) => isEqual(at(object, place), at(policy, place)));
  });
}

const metadata: readonly string[] = ['metadata'];
const selector: readonly string[] = ['spec', 'podSelector'];

/** The rule of a gateway's port stands in the policy yet, wherever it went. The first two rules are those for health and metrics. */
function isRuleKept({ path }: ComponentFinding, { spec }: RenderedPolicy, object: Values): boolean {
  const index = path?.findLast((step) => typeof step === 'number');
  const rules = at(object, ['spec', 'ingress']);
  const rule = index === undefined ? undefined : spec.ingress[2 + Number(index)];
  if (rule === undefined) return isEqual(rules, spec.ingress as unknown as Value);
  return Array.isArray(rules) && rules.some((each) => isEqual(each, rule as unknown as Value));
}

function at(value: Value, path: readonly string[]): Value {
  let found: Value = value;
  for (const key of path) found = isMap(found) && Object.hasOwn(found, key) ? found[key]! : null;
  return found;
}

/** The order of fields does not count, nor which kind of number it is. */
function isEqual(a: Value, b: Value): boolean {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((each, i) => isEqual(each, b[i] as Value));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key]!, b[key]!))
    );
  }
  return typeof a === 'bigint' || typeof b === 'bigint' ? String(a) === String(b) : a === b;
}
