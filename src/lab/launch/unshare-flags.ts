/** How `unshare` makes the namespaces of a lab. `--kill-child`: when it dies the kernel kills the process inside, and with that process, number 1 of its namespace, everything else. */
export const unshareFlags: readonly string[] = [
  '--user',
  '--map-root-user',
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
];
