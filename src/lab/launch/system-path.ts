/** Where programs of the system lie. The PATH of an ordinary user often lacks the sbin directories, Debian's to begin with, and with them nft, ip and nginx. */
const systemDirectories: readonly string[] = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
];

/** A PATH on which the system's programs are found behind all others. */
export function systemPath(path: string | undefined): string {
  const own = (path ?? '').split(':').filter((directory) => directory !== '');
  return [...own, ...systemDirectories.filter((directory) => !own.includes(directory))].join(':');
}
