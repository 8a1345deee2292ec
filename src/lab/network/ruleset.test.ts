import { describe, expect, it } from 'vitest';
import { commentOf, emptyRuleset, nameOf, rulesetWriter, transaction } from './ruleset.ts';

describe('transaction', () => {
  const written = (port: number): ReturnType<typeof rulesetWriter> => {
    const writer = rulesetWriter();
    const peers = writer.set('peers', 'ipv4_addr', ['10.0.0.1', '10.0.0.2'], true);
    writer.chain('a', [`ip saddr ${peers} tcp dport ${port} ${writer.count('a/0')} accept`]);
    writer.chain('b', ['drop']);
    return writer;
  };

  it('makes everything the first time', () => {
    expect(transaction(emptyRuleset, written(80))).toMatchInlineSnapshot(`
      "table inet portcullis {
        counter a/0 {
        }
        set peers/f3345bae {
          type ipv4_addr
          flags interval
          elements = { 10.0.0.1, 10.0.0.2 }
        }
        chain a {
          ip saddr @peers/f3345bae tcp dport 80 counter name "a/0" accept
        }
        chain b {
          drop
        }
      }
      "
    `);
  });

  it('is nothing where nothing changes', () => {
    expect(transaction(written(80), written(80))).toBeUndefined();
  });

  it('touches only what changes, so that counters go on', () => {
    expect(transaction(written(80), written(81))).toMatchInlineSnapshot(`
      "flush chain inet portcullis a
      table inet portcullis {
        chain a {
          ip saddr @peers/f3345bae tcp dport 81 counter name "a/0" accept
        }
      }
      "
    `);
  });

  it('empties every chain before it takes anything away', () => {
    expect(transaction(written(80), emptyRuleset)?.split('\n')).toEqual([
      'flush chain inet portcullis a',
      'flush chain inet portcullis b',
      'delete chain inet portcullis a',
      'delete chain inet portcullis b',
      expect.stringContaining('delete set inet portcullis peers/'),
      'delete counter inet portcullis a/0',
      '',
    ]);
  });
});

describe('names and comments', () => {
  it('keep to what nft takes', () => {
    expect(nameOf('np/shop/web-1.x/ingress/0')).toBe('np/shop/web-1.x/ingress/0');
    expect(nameOf('a b+c')).toBe('a_b_c');
    const long = nameOf(`np/${'n'.repeat(63)}/${'p'.repeat(253)}/ingress`);
    expect(long.length).toBeLessThan(128);
    expect(long).not.toBe(nameOf(`np/${'n'.repeat(63)}/${'p'.repeat(253)}/egress`));
    expect(commentOf('isolated by "x"')).toBe(`comment "isolated by 'x'"`);
    expect(commentOf('x'.repeat(300)).length).toBeLessThan(140);
  });
});
