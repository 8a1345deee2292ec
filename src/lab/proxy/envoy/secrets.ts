import type { WorkloadIdentity } from '../types.ts';
import { files, watchedFile } from './files.ts';

/** Names under which Istio's agent hands out the workload's certificate and the roots of the mesh. */
type SecretName = 'default' | 'ROOTCA';

const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** A secret by its name: the certificate from a file that Envoy watches, for it is renewed; the roots, which stay as they are as long as the lab lives, from what Envoy was started with. */
export function sdsSecret(name: SecretName): object {
  return name === 'default' ? { name, sds_config: watchedFile(files.certificate) } : { name };
}

/** The certificate of a workload. */
export function certificateSecret({ key, certificate }: WorkloadIdentity): object {
  const chain = { certificate_chain: inline(certificate), private_key: inline(key) };
  return { '@type': type, name: 'default' satisfies SecretName, tls_certificate: chain };
}

/** The roots of the mesh, as a static resource. `roots` is PEM. */
export function rootsSecret(roots: string): object {
  return { name: 'ROOTCA' satisfies SecretName, validation_context: { trusted_ca: inline(roots) } };
}

function inline(text: string): object {
  return { inline_string: text };
}
