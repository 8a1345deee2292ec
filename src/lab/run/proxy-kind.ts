import type { ProxyChoice } from '../launch/index.ts';
import { builtInProxy, envoyProxy, type ProxyKind } from '../proxy/index.ts';

/** What the sidecars of a lab are, as it was started. */
export function proxyKind(choice: ProxyChoice = { kind: 'built-in' }): ProxyKind {
  return choice.kind === 'envoy' ? envoyProxy(choice.path) : builtInProxy;
}
