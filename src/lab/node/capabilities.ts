import type { Container } from '../store/index.ts';

/** What a container's root may do, as Docker and containerd give it: enough for a server, too little to undo its own sandbox. */
const usual = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'net_raw',
  'sys_chroot',
  'mknod',
  'audit_write',
  'setfcap',
];

/** What `privileged` and `ALL` add. Never `sys_admin` and its like: with it a process could mount its way to the files of the user whose lab this is. */
const privileged = [
  'net_admin',
  'net_broadcast',
  'ipc_lock',
  'ipc_owner',
  'sys_nice',
  'sys_ptrace',
  'sys_resource',
];
const grantable = new Set([...usual, ...privileged]);

interface SecurityContext {
  readonly privileged?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/**
 * The capabilities of a container, in `setpriv`'s names; `needed` are its program's. `drop` is not followed: it is meant for processes of other users than root, and the lab has root alone, which
 * would then be unable to read its own files.
 */
export function capabilitiesOf(container: Container, needed: readonly string[] = []): readonly string[] {
  const { securityContext } = container as { readonly securityContext?: SecurityContext };
  const added = (securityContext?.capabilities?.add ?? []).map((name) =>
    name.toLowerCase().replace(/^cap_/, ''),
  );
  if (securityContext?.privileged === true || added.includes('all')) return [...usual, ...privileged];
  return [...new Set([...usual, ...[...added, ...needed].filter((name) => grantable.has(name))])];
}

/** The words before a command that take all other capabilities from it for good. */
export function limitedTo(capabilities: readonly string[], setpriv: string): readonly string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  return [setpriv, `--bounding-set=${set}`, '--'];
}
