import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rightProjects, wrongProjects } from '../../test/support/project-examples.ts';
import { replaceOne } from '../../test/support/replace-one.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';
import { readDocuments, toPlainValue } from '../yaml/index.ts';
import { assumptionPattern } from './assumption.ts';
import { findProject } from './find-project.ts';
import { meshSettings } from './project.ts';
import { decodeProject, readProject } from './read-project.ts';

const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\n';
const decode = (text: string) => decodeProject({ name: 'portcullis.yaml', text }, '/p/portcullis.yaml');
const textAt = ({ span }: { span?: { source: { text: string }; start: number; end: number } }) =>
  span?.source.text.slice(span.start, span.end);

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/portcullis.schema.json'), 'utf8'),
);
const obeysSchema = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);
const plain = (text: string) => toPlainValue([...readDocuments(text)][0]?.root as never);

const strays = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'a',
  '-x',
  'A',
  'a=b',
  'allow',
  [],
  {},
  ['a'],
  [1],
  { path: 'a' },
  { helm: 'a', set: ['a='] },
];

describe('decodeProject and the JSON Schema', () => {
  it.each(rightProjects)('take %j', (rest) => {
    expect(decode(head + rest).diagnostics).toEqual([]);
    expect(decode(head + rest).project).toBeDefined();
    expect([obeysSchema(plain(head + rest)), obeysSchema.errors]).toEqual([true, null]);
  });

  it.each(wrongProjects)('refuse %j', (rest, message) => {
    const { project, diagnostics } = decode(head + rest);
    expect(project).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ code: 'PC1110', severity: 'error', message });
    expect(obeysSchema(plain(head + rest))).toBe(false);
  });

  it('take the example of the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/sources.md'), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
    const { project, diagnostics } = decode(example);
    expect(diagnostics).toEqual([]);
    expect(project?.sources.map(({ kind }) => kind)).toEqual(['path', 'template', 'helm', 'kustomize']);
    expect([obeysSchema(plain(example)), obeysSchema.errors]).toEqual([true, null]);
  });

  it('agree on every project file that differs in one place from a right one', () => {
    const change = fc.record({
      text: fc.constantFrom(...rightProjects),
      place: fc.nat(),
      value: fc.constantFrom<unknown>(...strays),
    });
    fc.assert(
      fc.property(change, ({ text, place, value }) => {
        const changed = JSON.stringify(replaceOne(plain(head + text), place, value));
        expect([changed, decode(changed).project !== undefined]).toEqual([
          changed,
          obeysSchema(JSON.parse(changed)),
        ]);
      }),
      { numRuns: 3000, seed: 11 },
    );
  });

  it('read assumptions by one pattern', () => {
    expect(schema.properties.assume.items.pattern).toBe(assumptionPattern);
  });
});

describe('decodeProject', () => {
  it('gives what the file says', () => {
    const text = `${head}sources:
  - template: a.template
    env: {PORT: 0x50, ON: yes, OUT: , TEXT: "x y"}
mesh: {ambient: true, externalAuthorizers: [{name: opa, answer: allow}]}
assume: ["Namespace/shop:team=a", "Pod/shop/cart:app-"]
podCIDRs: [10.0.0.0/8]
cni: calico
ignoreKinds: [EnvoyFilter]
`;
    const { project } = decode(text);
    const [entry] = project?.sources ?? [];
    expect(project).toEqual({
      path: '/p/portcullis.yaml',
      sources: [
        {
          kind: 'template',
          span: entry?.span,
          path: 'a.template',
          recursive: false,
          env: new Map([
            ['PORT', '0x50'],
            ['ON', 'yes'],
            ['OUT', undefined],
            ['TEXT', 'x y'],
          ]),
          envOnly: false,
        },
      ],
      mesh: { ambient: true },
      authorizers: [{ name: 'opa', answer: 'allow' }],
      assume: [
        { kind: 'Namespace', namespace: '', name: 'shop', key: 'team', value: 'a' },
        { kind: 'Pod', namespace: 'shop', name: 'cart', key: 'app', value: undefined },
      ],
      podCIDRs: ['10.0.0.0/8'],
      cni: 'calico',
      ignoreKinds: ['EnvoyFilter'],
    });
  });

  it.each([
    ['mesh: {rootNamespce: a}', 'rootNamespce', 'did you mean rootNamespace?'],
    ['sources: [{kustomise: a}]', 'kustomise', 'did you mean kustomize?'],
    ['mesh: {pathNormalization: MERGE_SLASH}', 'MERGE_SLASH', 'did you mean MERGE_SLASHES?'],
    [
      'zzz: 1',
      'zzz',
      'the fields here are apiVersion, kind, sources, mesh, podCIDRs, cni, assume, ignoreKinds',
    ],
  ])('points at the fault in %j and says what was meant', (rest, place, help) => {
    const [first] = decode(head + rest).diagnostics;
    expect([textAt(first ?? {}), first?.help]).toEqual([place, help]);
  });

  it('tells all faults at once', () => {
    expect(decode(`${head}cni: 1\nzzz: 1\npodCIDRs: [x, y]\n`).diagnostics).toHaveLength(4);
  });

  it.each([
    ['', 'this is not a project file: apiVersion: portcullis.dev/v1alpha1 and kind: Sources are missing'],
    ['- a', 'this is not a project file: apiVersion: portcullis.dev/v1alpha1 and kind: Sources are missing'],
    ['kind: Sources', 'this is not a project file: apiVersion: portcullis.dev/v1alpha1 is missing'],
    ['apiVersion: v1\nkind: Pod', 'apiVersion of a project file must be portcullis.dev/v1alpha1'],
    ['apiVersion: portcullis.dev/v1alpha1\nkind: Source', 'kind of a project file must be Sources'],
    [`${head}---\n${head}`, 'a project file has one document, and this is another'],
  ])('refuses what is no project file: %j', (text, message) => {
    expect(decode(text)).toMatchObject({ diagnostics: [{ code: 'PC1113', severity: 'error', message }] });
    expect(decode(text).project).toBeUndefined();
  });

  it.each([`${head}cni: [`, `${head}cni: a\ncni: b\n`, '{"kind": '])('refuses broken YAML: %j', (text) => {
    expect(decode(text)).toMatchObject({ diagnostics: [{ code: 'PC1113', severity: 'error' }] });
    expect(decode(text).project).toBeUndefined();
  });
});

describe('findProject and readProject', () => {
  it('find the nearest file upwards and call it by its path from where one stands', async () => {
    const cwd = temporaryTree({ 'portcullis.yaml': `${head}cni: 1\n`, 'a/portcullis.yaml/': '', 'a/b/': '' });
    const path = findProject(join(cwd, 'a/b'));
    expect(path).toBe(join(cwd, 'portcullis.yaml'));
    const { diagnostics } = await readProject(path ?? '', join(cwd, 'a/b'));
    expect(diagnostics[0]?.span?.source.name).toBe('../../portcullis.yaml');
  });

  it('find nothing where there is nothing', async () => {
    expect(findProject('/')).toBeUndefined();
    expect((await readProject('none.yaml', '/')).diagnostics).toMatchObject([
      { code: 'PC1101', message: 'none.yaml does not exist' },
    ]);
  });
});

describe('meshSettings', () => {
  it('lets the project win over the MeshConfig, and joins authorizers by name', () => {
    const config = {
      trustDomain: 'a',
      rootNamespace: 'r',
      authorizers: [
        { name: 'one', protocol: 'grpc', usable: false },
        { name: 'two', protocol: 'http', usable: true },
      ],
    } as const;
    const project = {
      mesh: { trustDomain: 'b' },
      authorizers: [{ name: 'one', answer: 'deny' }, { name: 'new' }],
    } as const;
    expect(meshSettings(project, config)).toEqual({
      trustDomain: 'b',
      rootNamespace: 'r',
      authorizers: [
        { name: 'one', protocol: 'grpc', usable: false, answer: 'deny' },
        { name: 'two', protocol: 'http', usable: true },
        { name: 'new', protocol: 'http', usable: true },
      ],
    });
    expect(meshSettings({ mesh: {}, authorizers: [] }, config)).toEqual(config);
  });
});

describe('codes', () => {
  it('have a page each', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'));
    const texts = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
    const codes = new Set(texts.flatMap((text) => text.match(/PC11\d\d/g) ?? []));
    expect(codes.size).toBe(14);
    const pages = join(import.meta.dirname, '../../docs/codes');
    expect([...codes].filter((code) => !existsSync(join(pages, `${code}.md`)))).toEqual([]);
  });
});
