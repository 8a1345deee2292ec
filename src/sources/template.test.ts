import { describe, expect, it, onTestFinished } from 'vitest';
import { load, told } from '../../test/support/load-sources.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';

describe('a template', () => {
  const env = new Map([
    ['NAME', 'cart'],
    ['LONG', 'a\nb'],
  ]);

  it('is filled in, by its name', async () => {
    const cwd = temporaryTree({
      'a.template': 'n: $NAME',
      'b.yaml.tmpl': `n: \${NAME}`,
      'c.yaml': 'n: $NAME',
      'd.tmpl': 'n: $NAME',
    });
    const loaded = await load(cwd, ['a.template', 'b.yaml.tmpl', 'c.yaml', 'd.tmpl'], { env });
    expect(loaded.sources.map(({ source }) => source.text)).toEqual([
      'n: cart',
      'n: cart',
      'n: $NAME',
      'n: $NAME',
    ]);
    expect(told(loaded)).toEqual([]);
  });

  it('takes nothing from the environment but what is asked for', async () => {
    process.env.PORTCULLIS_TEST = 'from outside';
    onTestFinished(() => {
      delete process.env.PORTCULLIS_TEST;
    });
    const cwd = temporaryTree({ 'a.template': '$PORTCULLIS_TEST' });
    expect((await load(cwd, ['a.template'])).sources[0]?.source.text).toBe('$PORTCULLIS_TEST');
    const asked = await load(cwd, ['a.template'], { env: new Map([['PORTCULLIS_TEST', undefined]]) });
    expect(asked).toEqual({
      sources: [{ source: { name: 'a.template', text: 'from outside' } }],
      diagnostics: [],
    });
  });

  it('has an error for each variable without a value, at its places in the file', async () => {
    const text = `a: $NAME\nb: $NAME-\${HOST}\nc: $HOST $OTHER\n`;
    const cwd = temporaryTree({ 'a.template': text });
    const { sources, diagnostics } = await load(cwd, ['a.template'], {
      env: new Map([...env, ['OTHER', undefined]]),
    });
    expect(sources[0]?.source.text).toBe(`a: cart\nb: cart-\${HOST}\nc: $HOST $OTHER\n`);
    const written = { name: 'a.template', text };
    expect(diagnostics).toMatchObject([
      {
        code: 'PC1106',
        severity: 'error',
        message: 'no value for the variable HOST in a.template',
        span: { source: written, start: text.indexOf(`\${HOST}`), end: text.indexOf(`\${HOST}`) + 7 },
        related: [{ span: { source: written, start: text.indexOf('$HOST') } }],
      },
      {
        code: 'PC1106',
        message: 'no value for the variable OTHER in a.template: it is not in the environment either',
      },
    ]);
  });

  it('can keep the variables of others, as envsubst with a list does', async () => {
    const cwd = temporaryTree({ 'a.template': '$NAME $uri $GIVEN' });
    const given = new Map([...env, ['GIVEN', undefined]]);
    const { sources, diagnostics } = await load(cwd, ['a.template'], { env: given, envOnly: true });
    expect(sources[0]?.source.text).toBe('cart $uri $GIVEN');
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'no value for the variable GIVEN in a.template: it is not in the environment either',
    ]);
  });

  it('warns of a value that moves the lines', async () => {
    const cwd = temporaryTree({ 'a.template': 'x: |\n  $LONG\n' });
    const { sources, diagnostics } = await load(cwd, ['a.template'], { env });
    expect(sources[0]?.source.text).toBe('x: |\n  a\nb\n');
    expect(diagnostics).toMatchObject([{ code: 'PC1107', severity: 'warning' }]);
  });
});
