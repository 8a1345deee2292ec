import { describe, expect, it } from 'vitest';
import { chooseChain } from './proxy-chain.ts';

/** What each kind of client gets: mutual TLS, plaintext, TLS of its own; each with HTTP and with other bytes. */
const table = [
  ['PERMISSIVE', 'http', 'HTTP+', 'HTTP+', 'HTTP', 'HTTP', 'refused', 'refused'],
  ['PERMISSIVE', 'tcp', 'TCP+', 'TCP+', 'TCP', 'TCP', 'TCP', 'TCP'],
  ['PERMISSIVE', 'sniffed', 'HTTP+', 'TCP+', 'HTTP', 'TCP', 'TCP', 'TCP'],
  ['PERMISSIVE', 'undeclared', 'HTTP+', 'TCP+', 'HTTP', 'TCP', 'TCP', 'TCP'],
  ['STRICT', 'http', 'HTTP+', 'HTTP+', 'refused', 'refused', 'refused', 'refused'],
  ['STRICT', 'tcp', 'TCP+', 'TCP+', 'refused', 'refused', 'refused', 'refused'],
  ['STRICT', 'sniffed', 'HTTP+', 'TCP+', 'refused', 'refused', 'refused', 'refused'],
  ['DISABLE', 'http', 'refused', 'refused', 'HTTP', 'HTTP', 'refused', 'refused'],
  ['DISABLE', 'sniffed', 'refused', 'refused', 'HTTP', 'TCP', 'refused', 'refused'],
] as const;

describe('chooseChain', () => {
  it.each(table)('%s, port %s', (mode, protocol, ...wanted) => {
    const got = (['mutual TLS', 'plaintext', 'TLS'] as const).flatMap((transport) =>
      [true, false].map((http) => {
        const choice = chooseChain(mode, protocol, transport, http);
        return 'refused' in choice ? 'refused' : `${choice.chain}${choice.identified ? '+' : ''}`;
      }),
    );
    expect(got).toEqual(wanted);
  });

  it('takes the identity that HBONE carries, whatever the mode', () => {
    expect(chooseChain('STRICT', 'http', 'HBONE', true)).toEqual({ chain: 'HTTP', identified: true });
    expect(chooseChain('DISABLE', 'tcp', 'HBONE', false)).toEqual({ chain: 'TCP', identified: true });
  });
});
