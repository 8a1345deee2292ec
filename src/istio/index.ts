/**
 * Istio's own NetworkPolicies as a library: what its charts render for values.
 *
 * ```ts
 * import { renderComponent } from 'portcullis/istio';
 *
 * const rendering = renderComponent({
 *   chart: 'istiod',
 *   version: { text: '1.30.3', minor: 30 },
 *   name: 'istiod',
 *   namespace: 'istio-system',
 *   values: { global: { networkPolicy: { enabled: true } } },
 *   chartVersion: '1.30.3',
 *   appVersion: '1.30.3',
 * });
 * ```
 */
export { checkComponents, outcomeOfCheck } from './check/index.ts';
export * from './components/index.ts';
export { planInstallation, readOperator, renderInstallation } from './operator/index.ts';
export { surroundingsFrom, tightPolicies } from './tight/index.ts';
