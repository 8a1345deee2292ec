import type { ProxyChoice } from '../launch/index.ts';
import { builtInProxy, type ProxyKind } from '../proxy/index.ts';

/** The proxies of a lab, as it was started. */
export function proxyKind(choice: ProxyChoice = { kind: 'built-in' }): ProxyKind {
  if (choice.kind === 'built-in') return builtInProxy;
  throw new Error('sidecars are the built-in proxy only, so far');
}
