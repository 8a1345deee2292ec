import { listNames } from '../../../model/index.ts';
import { nodeAt, type ScalarNode, type YamlNode } from '../../../yaml/index.ts';
import { finding, type Look, type WrittenPolicy } from '../look.ts';
import type { ValuePath } from '../origin.ts';
import type { ComponentFinding } from '../types.ts';

/**
 * PC3401: a text that the template leaves unquoted is a number, a boolean or null to its readers. The API server takes only texts for names and labels;
 * null is no name, and an empty label.
 */
export function findRetyped(look: Look): readonly ComponentFinding[] {
  const { written } = look;
  if (written === undefined) return [];
  const byText = new Map<string, { readonly types: Set<string>; readonly places: string[] }>();
  for (const place of textPlaces(written)) {
    const node = nodeAt(written.root, place)?.node;
    const type = node === undefined ? undefined : retypedAs(node);
    if (type === undefined) continue;
    const text = written.text.slice(node!.start, node!.end);
    const seen = byText.get(text) ?? { types: new Set(), places: [] };
    seen.types.add(type);
    seen.places.push(placeText(place));
    byText.set(text, seen);
  }
  return [...byText].map(([text, { types, places }]) => tell(look, text, { type: [...types][0]!, places }));
}

/** Where a NetworkPolicy holds only texts. */
function textPlaces({ root }: WrittenPolicy): ValuePath[] {
  const below = (path: ValuePath): ValuePath[] => {
    const map = nodeAt(root, path)?.node;
    return map?.kind === 'mapping' ? map.entries.map(({ key }) => [...path, key]) : [];
  };
  return [
    ['metadata', 'name'],
    ['metadata', 'namespace'],
    ...below(['metadata', 'labels']),
    ...below(['spec', 'podSelector', 'matchLabels']),
  ];
}

/** What a plain scalar is to YAML readers where it is no text: to those that Kubernetes uses, or only to some. */
function retypedAs(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? 'a list' : 'a map';
  const { value, plain } = node;
  if (value === null) return 'null';
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (typeof value === 'object') return `the number ${value.number}`;
  return plain && elsewhere(node) ? ELSEWHERE : undefined;
}

const ELSEWHERE = 'elsewhere';

/** Texts to kubectl that other readers of YAML take for numbers (base 60, octal) or dates. */
const ELSEWHERE_RETYPED =
  /^(?:[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?|0o[0-7]+|[-+]?\d[\d_.]*[eE][-+]?\d+)$/;

function elsewhere({ value }: ScalarNode): boolean {
  return typeof value === 'string' && ELSEWHERE_RETYPED.test(value);
}

function tell(
  look: Look,
  text: string,
  { type, places }: { readonly type: string; readonly places: readonly string[] },
): ComponentFinding {
  const where = listNames(places);
  const path = sourceOf(look, text);
  if (type === ELSEWHERE) {
    return finding(look, {
      code: 'PC3401',
      severity: 'warning',
      message: `${text} at ${where} is unquoted: kubectl reads a text, other YAML readers a number or a date`,
      help: 'Choose a name that begins with a letter, so that every reader takes it for a text.',
      ...(path !== undefined && { path }),
    });
  }
  const onlyNull = type === 'null' && places.every((place) => place.includes('abels'));
  return finding(look, {
    code: 'PC3401',
    severity: onlyNull ? 'warning' : 'error',
    message:
      text === ''
        ? `${where} ${places.length > 1 ? 'are' : 'is'} null, as nothing stands there${onlyNull ? ': Kubernetes takes it for an empty label' : '; the API server refuses the policy'}`
        : `${text} at ${where} is unquoted, so it is ${type}${onlyNull ? ': Kubernetes takes it for an empty label' : ', no text; the API server refuses the policy'}`,
    help: 'Choose a name that YAML takes for a text: quoting it in a values file changes nothing, as the template prints it without quotes.',
    ...(path !== undefined && { path }),
  });
}

/** The value that is printed there, where its text is found among those that can be. */
function sourceOf({ values }: Look, text: string): ValuePath | undefined {
  const candidates = ['name', 'ownerName', 'resourceName', 'revision'];
  const found = candidates.find((key) => {
    const value = values.get(key);
    return typeof value === 'string' && value !== '' && text.includes(value);
  });
  return found === undefined ? undefined : [found];
}

function placeText(path: ValuePath): string {
  return path.length > 2 ? `${path.slice(0, -1).join('.')}[${JSON.stringify(path.at(-1))}]` : path.join('.');
}
