import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Values } from '../components/index.ts';
import { planInstallation, readOperator, renderInstallation } from './index.ts';

const versions = [28, 29, 30, 31].map((minor) => ({ text: `1.${minor}.0`, minor }));
const names = [
  'spec',
  'values',
  'global',
  'components',
  'ingressGateways',
  'k8s',
  'name',
  'enabled',
  '__proto__',
];
const name = fc.constantFrom(...names);
const leaf = fc.oneof(fc.boolean(), fc.double(), fc.string(), fc.constant(null), fc.constant('true'));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
  ),
}));
const step = fc.oneof(name, fc.constantFrom('[0]', '[-1]', '[name:x]', '[', '..', 'a\\.b'));
const set = fc
  .tuple(fc.array(step, { minLength: 1, maxLength: 5 }), fc.constantFrom('=', '', '=='), fc.string())
  .map(([path, sign, value]) => `${path.join('.')}${sign}${value}`);

it('answers any input with an installation or a refusal', () => {
  fc.assert(
    fc.property(
      fc.dictionary(name, tree, { maxKeys: 4 }),
      fc.array(set, { maxLength: 4 }),
      fc.constantFrom(...versions),
      (content, sets, version) => {
        const operators = [{ source: 'operator.yaml', content: content as Values }];
        const plan = planInstallation({ operators, sets, version });
        const result = plan.kind === 'failed' ? plan : renderInstallation(plan);
        expect(['failed', 'rendered']).toContain(result.kind);
      },
    ),
    { numRuns: 500 },
  );
});

it('reads any text, or says what is wrong with it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), set, fc.json()), (text) => {
      const { operator, diagnostics } = readOperator({ name: 'operator.yaml', text });
      expect(operator !== undefined || diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    }),
  );
});
