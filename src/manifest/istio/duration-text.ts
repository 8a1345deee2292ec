/** Nanoseconds as protobuf's JSON writes a duration: seconds, with 0, 3, 6 or 9 digits behind the point. */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const digits = (size % 1_000_000_000n).toString().padStart(9, '0');
  const fraction = digits.replace(/(?:000){1,3}$/, '');
  return `${sign}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`;
}
