import { copyGo, type GoMap } from './go-values.ts';

/**
 * Helm's own step before any template: the chart's values.yaml fills in what the user has not set. A null of the user takes a key away that the chart
 * sets, and stays a null elsewhere. Only tables of both sides are merged; what is no table on one side is the user's.
 * Source: CoalesceValues of Helm 3.
 */
export function coalesce(user: GoMap, chart: GoMap): GoMap {
  const result = copyGo(user) as GoMap;
  for (const [key, value] of copyGo(chart) as GoMap) {
    const own = result.get(key);
    if (own === undefined) result.set(key, value);
    else if (own === null) result.delete(key);
    else if (own instanceof Map && value instanceof Map) coalesceTables(own, value);
  }
  return result;
}

function coalesceTables(user: GoMap, chart: GoMap): void {
  for (const [key, value] of chart) {
    const own = user.get(key);
    if (own === undefined) user.set(key, value);
    else if (own === null && value !== null) user.delete(key);
    else if (own instanceof Map && value instanceof Map) coalesceTables(own, value);
  }
}
