import { authorizationSchema, peerSchema, requestSchema } from './crd-kinds.ts';
import { object, type Schema, text } from './crd-schema.ts';

const open: Schema = { type: 'object', open: true };

/** Schemas of whole objects by kind; what a server writes (status) and what it checks itself (metadata) are left to it. */
export const objectSchemas: ReadonlyMap<string, Schema> = new Map([
  ['AuthorizationPolicy', wholeObject(authorizationSchema)],
  ['PeerAuthentication', wholeObject(peerSchema)],
  ['RequestAuthentication', wholeObject(requestSchema)],
]);

/** Versions of security.istio.io that the CRDs serve. */
export const servedVersions: readonly string[] = ['v1', 'v1beta1'];

function wholeObject(spec: Schema): Schema {
  return object({ apiVersion: text(), kind: text(), metadata: open, spec, status: open });
}

/** The names of the fields beside an unknown one, for a suggestion. */
export function fieldNames(schema: Schema, path: readonly (string | number)[]): readonly string[] {
  let at: Schema | undefined = schema;
  for (const part of path.slice(0, -1)) {
    if (typeof part === 'number') at = at?.items;
    else
      at = at?.values ?? (at?.properties as Readonly<Record<string, Schema | undefined>> | undefined)?.[part];
  }
  return Object.keys(at?.properties ?? {});
}
