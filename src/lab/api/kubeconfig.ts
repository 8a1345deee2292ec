import { formatYaml } from '../../report/index.ts';

/** A kubeconfig for a lab: one cluster, one user, one context, all called `name`. `server` is the API's address: `https://127.0.0.1:PORT`. */
export function kubeconfigText(lab: {
  readonly server: string;
  readonly caPem: string;
  readonly token: string;
  readonly name: string;
}): string {
  const { server, caPem, token, name } = lab;
  return formatYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
    preferences: {},
  });
}
