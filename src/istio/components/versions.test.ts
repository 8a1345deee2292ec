import { describe, expect, it } from 'vitest';
import { parseVersion } from './versions.ts';

describe('parseVersion', () => {
  it.each([
    ['1.30.3', '1.30.3', 30],
    ['v1.30.3', '1.30.3', 30],
    [' 1.28.10 ', '1.28.10', 28],
    ['1.31.0-rc.0', '1.31.0-rc.0', 31],
    ['1.30-alpha.1f3c', '1.30-alpha.1f3c', 30],
    ['1.29.0+build', '1.29.0+build', 29],
  ])('reads %s', (text, expected, minor) => {
    expect(parseVersion(text)).toEqual({ kind: 'version', version: { text: expected, minor } });
  });

  it('takes a minor alone for its first release, and says so', () => {
    expect(parseVersion('v1.30')).toEqual({
      kind: 'version',
      version: { text: '1.30.0', minor: 30 },
      note: 'v1.30 is taken as 1.30.0.',
    });
  });

  it.each([
    ['1.27.9', 'Istio 1.27.9 has no NetworkPolicies of its own: they came with 1.28.', '1.28.0'],
    ['0.8', 'Istio 0.8 has no NetworkPolicies of its own: they came with 1.28.', '1.28.0'],
    ['1.3', 'Istio 1.3 has no NetworkPolicies of its own: they came with 1.28.', 'Did you mean 1.30?'],
    ['1.32', 'Istio 1.32 is newer than this Portcullis knows: 1.31 is the last.', '1.31'],
    ['2.0.0', 'Istio 2.0.0 is newer than this Portcullis knows: 1.31 is the last.', '1.31'],
    ['latest', '"latest" is no version of Istio: expected one such as 1.30.3.', '1.30.3'],
    ['1,30,3', '"1,30,3" is no version of Istio: expected one such as 1.30.3.', 'Did you mean 1.30.0?'],
    ['', '"" is no version of Istio: expected one such as 1.30.3.', '1.30.3'],
  ])('refuses %s', (text, message, help) => {
    expect(parseVersion(text)).toEqual({ kind: 'fault', message, help: expect.stringContaining(help) });
  });
});
