import { completeFieldRef, pullPolicy } from './container.ts';
import { change, changeEach, type Fields, fill } from './fill.ts';

const filesMode = { defaultMode: 0o644 };

/** The volume as the API server completes it; one that says nothing is an emptyDir. */
export function completeVolume(volume: Fields): Fields {
  if (Object.keys(volume).every((name) => name === 'name')) return { ...volume, emptyDir: {} };
  let result = change(volume, 'secret', (source: Fields) => fill(source, filesMode));
  result = change(result, 'configMap', (source: Fields) => fill(source, filesMode));
  result = change(result, 'downwardAPI', (source: Fields) => completeItems(fill(source, filesMode)));
  result = change(result, 'projected', completeProjected);
  result = change(result, 'hostPath', (source: Fields) =>
    source.type === undefined ? { ...source, type: '' } : source,
  );
  return change(result, 'image', (source: { readonly reference?: string }) =>
    fill(source, { pullPolicy: pullPolicy(source.reference ?? '') }),
  );
}

function completeProjected(projected: Fields): Fields {
  return changeEach(fill(projected, filesMode), 'sources', (source: Fields) => {
    const token = change(source, 'serviceAccountToken', (each: Fields) =>
      fill(each, { expirationSeconds: 3600 }),
    );
    return change(token, 'downwardAPI', completeItems);
  });
}

function completeItems(source: Fields): Fields {
  return changeEach(source, 'items', (item: Fields) => change(item, 'fieldRef', completeFieldRef));
}
