const goTime = /(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)/g;

/** The last time that Go's `log` package wrote in a text (`2006/01/02 15:04:05.000000`), as ISO 8601 without a zone. */
export function goTimeBefore(head: string): string | undefined {
  const last = [...head.slice(-400).matchAll(goTime)].at(-1);
  return last === undefined ? undefined : `${last[1]}-${last[2]}-${last[3]}T${last[4]}`;
}
