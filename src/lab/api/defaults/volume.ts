import { completeFieldRef, pullPolicy } from './container.ts';
import { change, changeEach, type Fields, fill } from './fill.ts';

const filesMode = { defaultMode: 0o644 };

/** What the older kinds of volumes lack. */
const older: Readonly<Record<string, Fields>> = {
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
};

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
  result = change(result, 'ephemeral', (source: Fields) =>
    change(source, 'volumeClaimTemplate', (claim: Fields) => change(claim, 'spec', completeClaimSpec)),
  );
  for (const [kind, values] of Object.entries(older)) {
    result = change(result, kind, (source: Fields) => fill(source, values));
  }
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

function completeClaimSpec(spec: Fields): Fields {
  return fill(spec, { volumeMode: 'Filesystem' });
}

/** A claim as a StatefulSet has it among its templates. */
export function completeClaim(claim: Fields): Fields {
  const { phase } = (claim.status ?? {}) as Fields;
  const status = phase ? claim.status : { ...(claim.status as object | undefined), phase: 'Pending' };
  return { ...change(claim, 'spec', completeClaimSpec), status };
}
