import { forbidden, invalid, notSupported, type Refusal } from './refusals.ts';

type Amount = number | string | undefined;

/** A Deployment's `strategy`. */
export interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxSurge?: Amount; readonly maxUnavailable?: Amount };
}

const types = ['Recreate', 'RollingUpdate'];
const percentText =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Holds a Deployment's strategy against the API's rules (apps/validation: ValidateDeploymentStrategy). */
export function checkStrategy({ type = 'RollingUpdate', rollingUpdate }: Strategy): readonly Refusal[] {
  if (type === 'Recreate') {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden('spec.strategy.rollingUpdate', why)];
  }
  const { maxSurge = '25%', maxUnavailable = '25%' } = rollingUpdate ?? {};
  if (type !== 'RollingUpdate') {
    // Printed as the Go struct that it is there.
    const value = { Type: type, RollingUpdate: { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } };
    return [
      notSupported(
        'spec.strategy',
        rollingUpdate === undefined ? { Type: type, RollingUpdate: null } : value,
        types,
      ),
    ];
  }
  const at = 'spec.strategy.rollingUpdate';
  const stuck = amountOf(maxSurge) === 0 && amountOf(maxUnavailable) === 0;
  return [
    ...checkAmount(maxUnavailable, `${at}.maxUnavailable`),
    ...checkAmount(maxSurge, `${at}.maxSurge`),
    ...(stuck ? [invalid(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...(typeof maxUnavailable === 'string' && amountOf(maxUnavailable) > 100
      ? [invalid(`${at}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%')]
      : []),
  ];
}

function checkAmount(amount: number | string, field: string): readonly Refusal[] {
  if (typeof amount === 'number') {
    return amount >= 0 ? [] : [invalid(field, amount, 'must be greater than or equal to 0')];
  }
  return /^[0-9]+%$/.test(amount) ? [] : [invalid(field, amount, percentText)];
}

/** A number, or the number of a percentage; 0 for what is neither. */
function amountOf(amount: number | string): number {
  if (typeof amount === 'number') return amount;
  return /^[0-9]+%$/.test(amount) ? Number.parseInt(amount, 10) : 0;
}
