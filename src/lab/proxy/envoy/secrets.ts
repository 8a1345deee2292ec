import type { WorkloadIdentity } from '../types.ts';
import { watchedFile } from './files.ts';

/** Names under which Istio's agent hands out the workload's certificate and the roots of the mesh. */
export type SecretName = 'default' | 'ROOTCA';

const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** A secret by its name, from a file that Envoy watches. */
export function sdsSecret(name: SecretName): object {
  return { name, sds_config: watchedFile(secretFile(name)) };
}

/** The name of a secret's file. */
export function secretFile(name: SecretName): string {
  return `sds-${name.toLowerCase()}.json`;
}

/** The secrets of a workload, by name. */
export function secretsOf({
  key,
  certificate,
  roots,
}: WorkloadIdentity): Readonly<Record<SecretName, object>> {
  const inline = (text: string): object => ({ inline_string: text });
  return {
    default: {
      '@type': type,
      name: 'default',
      tls_certificate: { certificate_chain: inline(certificate), private_key: inline(key) },
    },
    ROOTCA: { '@type': type, name: 'ROOTCA', validation_context: { trusted_ca: inline(roots) } },
  };
}
