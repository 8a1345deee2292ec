import { describe, expect, it } from 'vitest';
import { identifyBrokenPiece } from './broken-piece.ts';

describe('identifyBrokenPiece', () => {
  it('tells an object from its lines', () => {
    const text =
      'apiVersion: v1\nkind: "Pod" # one\nmetadata:\n  # its name\n  labels:\n    name: no\n  namespace: shop\n\n  name: web # here\nspec:\n\tx\n';
    expect(identifyBrokenPiece(text)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
      name: 'web',
    });
  });

  it('reads metadata in braces', () => {
    const text = "kind: Pod\nmetadata: {namespace: 'shop', name: web}\nspec: {\n";
    expect(identifyBrokenPiece(text)).toMatchObject({ kind: 'Pod', namespace: 'shop', name: 'web' });
  });

  it('reads JSON', () => {
    const text = '{"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"},}';
    expect(identifyBrokenPiece(text)).toMatchObject({ kind: 'Pod', namespace: 'shop', name: 'web' });
  });

  it.each([
    ['a brace that is missing', '{kind: Pod, metadata: {name: web, namespace: shop}, spec: {a: [1, 2]}'],
    ['commas that are missing', '{"kind": "Pod" "metadata": {"name": "web"\n"namespace": "shop"}}'],
    ['quoted values', `{"kind": 'Pod', metadata: {"name": "web", namespace: 'shop'}`],
    [
      'comments before it and in it',
      '---\n# one\n{ # {kind: Service}\n  kind: Pod,\n  metadata: {name: web,\n    namespace: shop},',
    ],
    [
      'references to others',
      '{kind: Pod, spec: {ref: {kind: Service, name: x, namespace: y}}, metadata: {name: web, namespace: shop}',
    ],
    [
      'colons in values',
      '{kind: Pod, metadata: {annotations: {a: http://x:80/#y, b: "kind: {"}, name: web, namespace: shop}',
    ],
  ])('reads YAML in braces: %s', (_what, text) => {
    const { kind, name, namespace } = identifyBrokenPiece(text);
    expect({ kind, name, namespace }).toEqual({ kind: 'Pod', name: 'web', namespace: 'shop' });
  });

  it('says nothing of a namespace that stands elsewhere, or twice', () => {
    const elsewhere = '{kind: Pod, spec: {ref: {namespace: shop}}, metadata: {name: web}';
    expect(identifyBrokenPiece(elsewhere)).toMatchObject({ kind: 'Pod', namespace: undefined });
    const twice = '{kind: Pod, metadata: {namespace: a, namespace: b, name: web}';
    expect(identifyBrokenPiece(twice)).toMatchObject({ kind: 'Pod', namespace: undefined });
  });

  it.each([
    ['a list', 'kind: List\nitems:\n- kind: Pod\n\tx\n'],
    ['a typed list in JSON', '{"kind": "PodList", "items": ['],
    ['two kinds in one piece', 'kind: Pod\n--- kind: Service\nkind: Service\n'],
    ['a list in braces', '{kind: List, items: [{kind: Pod}'],
    ['two objects in braces', '{kind: Pod,, metadata: {name: a}}\n{kind: Service}'],
    [
      'an object behind a brace that is missing',
      '{apiVersion: v1, kind: Pod, spec: {}\n{apiVersion: v1, kind: Service}',
    ],
    ['a kind that is a list', 'kind: [Pod\nmetadata: {name: a}\n'],
    ['a kind that is a list in braces', '{kind: [Pod, metadata: {name: a}}'],
    ['a kind with a quote that is not closed', '{"kind": "Pod, "metadata": {"name": "a"}}'],
    ['a template', 'kind: {{ .Values.kind }}\n'],
    ['nothing at all', '\t\n'],
  ])('does not guess for %s', (_what, text) => {
    expect(identifyBrokenPiece(text).kind).toBeUndefined();
  });
});
