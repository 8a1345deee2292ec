const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const nano = 10n ** 9n;

/** What the decoder says of a text that is no quantity. */
export const quantityError =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/**
 * A resource quantity as the API server writes it: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`. Finer than a nano is rounded up, as there.
 * undefined for a text that is none.
 */
export function canonicalQuantity(text: string): string | undefined {
  const parts = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, number, binarySuffix, decimalSuffix, exponent] = parts;
  const [whole = '', fraction = ''] = number!.split('.');
  const digits = BigInt(`${whole}${fraction}` || '0');
  const scale =
    decimalSuffix === undefined ? Number(exponent ?? 0) : (decimal.indexOf(decimalSuffix) - 3) * 3;
  const factor = binarySuffix === undefined ? 1n : 1024n ** BigInt(binary.indexOf(binarySuffix));
  const nanos = scaled(digits * factor * nano, scale - fraction.length);
  const minus = sign === '-' && nanos > 0n ? '-' : '';
  if (binarySuffix !== undefined && nanos % nano === 0n && nanos / nano >= 1024n) {
    return minus + largest(nanos / nano, 1024n, binary);
  }
  if (exponent === undefined) return minus + largest(nanos, 1000n, decimal);
  const [mantissa, power] = split(nanos, 1000n, 12);
  return `${minus}${mantissa}${nanos === 0n || power === 3 ? '' : `e${(power - 3) * 3}`}`;
}

/** Times a power of ten, rounded up. */
function scaled(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(Math.min(power, 30));
  const divisor = 10n ** BigInt(Math.min(-power, 60));
  return (value + divisor - 1n) / divisor;
}

function largest(value: bigint, base: bigint, suffixes: readonly string[]): string {
  if (value === 0n) return '0';
  const [mantissa, power] = split(value, base, suffixes.length - 1);
  return `${mantissa}${suffixes[power]}`;
}

function split(value: bigint, base: bigint, most: number): [bigint, number] {
  let mantissa = value;
  let power = 0;
  while (power < most && mantissa !== 0n && mantissa % base === 0n) {
    mantissa /= base;
    power++;
  }
  return [mantissa, power];
}
