import { run } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { temporaryTree } from './temporary-tree.ts';
import { recorder } from './terminal.ts';
import { namespace, pod, service } from './text-cluster.ts';

/** Documents as one text. */
export const join = (...documents: readonly string[]): string =>
  documents.map((text) => `---\n${text}\n`).join('');

/** `web`, and `db` behind a Service. */
export const shop: string = join(
  namespace('shop'),
  pod('shop/web', { ports: ['80'] }),
  pod('shop/db', { ports: ['5432'] }),
  service('shop/db', 5432, 5432),
);
/** A policy that leaves 5432 of `db` open. */
export const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - ports:
        - port: 5432
`;

/** The same with 9090 beside it. */
export const open: string = `${closed}        - port: 9090\n`;

/** What a command came to. */
interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in a directory. */
export async function portcullis(
  cwd: string,
  args: readonly string[],
  change: Partial<Terminal> = {},
): Promise<Result> {
  const terminal = recorder({ cwd, ...change });
  const code = await run(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

/** The same for the words behind `portcullis diff`. */
export const diff = (cwd: string, text: string, change: Partial<Terminal> = {}): Promise<Result> =>
  portcullis(cwd, ['diff', ...text.split(' ')], change);

/** Directories `old` and `new`, which differ in a port. */
export function twoDirectories(): string {
  return temporaryTree({
    'old/shop.yaml': shop,
    'old/db.yaml': closed,
    'new/shop.yaml': shop,
    'new/db.yaml': open,
  });
}
