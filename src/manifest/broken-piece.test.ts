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
    ['a list', 'kind: List\nitems:\n- kind: Pod\n\tx\n'],
    ['a typed list in JSON', '{"kind": "PodList", "items": ['],
    ['two kinds in one piece', 'kind: Pod\n--- kind: Service\nkind: Service\n'],
    ['nothing at all', '\t\n'],
  ])('does not guess for %s', (_what, text) => {
    expect(identifyBrokenPiece(text).kind).toBeUndefined();
  });
});
