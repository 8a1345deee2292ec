import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../test/support/temporary-tree.ts';
import { fillVariables } from './envsubst.ts';

const values: Readonly<Record<string, string>> = { A: 'one', _b2: '$A', EMPTY: '', uri: '/x' };
const fill = (text: string) =>
  fillVariables(text, (name) => (Object.hasOwn(values, name) ? values[name] : undefined));

describe('fillVariables', () => {
  it.each([
    ['$A', 'one'],
    [`\${A}`, 'one'],
    ['$A-$A.$A', 'one-one.one'],
    [`x\${A}y$EMPTY`, 'xoney'],
    ['$_b2', '$A'],
    ['$$', '$$'],
    ['$$A', '$one'],
    [`$1 \${1} $`, `$1 \${1} $`],
    [`\${A:-x} \${A-x} \${#A} \${A`, `\${A:-x} \${A-x} \${#A} \${A`],
    [`\${A:-$A}`, `\${A:-one}`],
    [`\${ A}`, `\${ A}`],
    ['\\$A', '\\one'],
    ['$(A) `A` {A}', '$(A) `A` {A}'],
    ['$Aé', 'oneé'],
  ])('turns %s into %s', (text, expected) => expect(fill(text).text).toBe(expected));

  it('leaves a variable without a value in the text and tells where', () => {
    expect(fill(`a $NOPE \${NOPE} $A $B`)).toEqual({
      text: `a $NOPE \${NOPE} one $B`,
      unset: [
        { variable: 'NOPE', start: 2, end: 7 },
        { variable: 'NOPE', start: 8, end: 15 },
        { variable: 'B', start: 19, end: 21 },
      ],
    });
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no value of $%s', (name) => {
    expect(fill(`$${name}`).unset).toHaveLength(1);
  });

  const have = findProgram('envsubst');
  if (!have) console.warn('NOT CHECKED AGAINST GNU ENVSUBST: there is no envsubst on PATH');

  it.runIf(have)('does what GNU envsubst does with a list of the variables that have a value', () => {
    const piece = fc.constantFrom(
      '$',
      '{',
      '}',
      'A',
      '_b2',
      'EMPTY',
      'uri',
      'z',
      '1',
      ':-',
      ' ',
      '\n',
      '\\',
      '"',
      'é',
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 50, maxLength: 50 }), (texts) => {
        const input = texts.join('\n--\n');
        const list = Object.keys(values)
          .map((name) => `$${name}`)
          .join(' ');
        const real = spawnSync('envsubst', [list], {
          input,
          env: { PATH: process.env.PATH, LC_ALL: 'C', ...values },
        });
        expect(fill(input).text).toBe(real.stdout.toString('utf8'));
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
