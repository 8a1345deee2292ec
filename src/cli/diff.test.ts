import { describe, expect, it, test } from 'vitest';
import { commitAll, git, repository } from '../../test/support/repository.ts';
import { setPath, temporaryTree } from '../../test/support/temporary-tree.ts';
import { recorder } from '../../test/support/terminal.ts';
import { made, namespace, openPorts, pod, service } from '../../test/support/text-cluster.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

const join = (...documents: readonly string[]): string => documents.map((text) => `---\n${text}\n`).join('');

const shop = join(
  namespace('shop'),
  pod('shop/web', { ports: ['80'] }),
  pod('shop/db', { ports: ['5432'] }),
  service('shop/db', 5432, 5432),
);
const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - ports:
        - port: 5432
`;
const open = `${closed}        - port: 9090\n`;
const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\n';

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function portcullis(
  cwd: string,
  args: readonly string[],
  change: Partial<Terminal> = {},
): Promise<Result> {
  const terminal = recorder({ cwd, ...change });
  const code = await run(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

const diff = (cwd: string, text: string, change: Partial<Terminal> = {}): Promise<Result> =>
  portcullis(cwd, ['diff', ...text.split(' ')], change);

function twoDirectories(): string {
  return temporaryTree({
    'old/shop.yaml': shop,
    'old/db.yaml': closed,
    'new/shop.yaml': shop,
    'new/db.yaml': open,
  });
}

describe('directories', () => {
  it('prints each change with its witness, the lines that decide and the commands', async () => {
    const { code, out, err } = await diff(twoDirectories(), 'old new');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(`2 pairs newly allowed.

+ shop/web and outside -> shop/db  (2 pairs)
  newly allowed: TCP 9090
    shop/web -> shop/db  TCP 9090
      before ✗ deny, ingress policy: isolated by NetworkPolicy shop/db; no rule matches
               --> old/db.yaml:6:3
               $ portcullis check -f old shop/web shop/db --port 9090
      after  ✓ allow, ingress policy: allowed by NetworkPolicy shop/db spec.ingress[0]
               --> new/db.yaml:7:7
               $ portcullis check -f new shop/web shop/db --port 9090

What differs in the manifests:
  ~ NetworkPolicy shop/db changed  new/db.yaml:3:12

6 pairs of 2 workloads and addresses outside were compared on every port; 4 of them do not change.
`);
  });

  it('prints commands that come to the same answers', async () => {
    const cwd = twoDirectories();
    const { out } = await diff(cwd, 'old new');
    const commands = [...out.matchAll(/\$ portcullis (.*)/g)].map(([, words]) => words!.split(' '));
    expect(commands).toHaveLength(2);
    const codes = await Promise.all(commands.map(async (words) => (await portcullis(cwd, words)).code));
    expect(codes).toEqual([1, 0]);
  });

  it('proves that nothing changes', async () => {
    const { code, out } = await diff(twoDirectories(), 'old old');
    expect(code).toBe(0);
    expect(out).toBe(
      'No change in who may talk to whom.\n\n' +
        '6 pairs of 2 workloads and addresses outside were compared on every port; through each of them the\n' +
        'same comes on both sides.\n',
    );
  });

  it('takes files, globs and standard input', async () => {
    const readInput = async (): Promise<Uint8Array> => Buffer.from(join(shop, open));
    const { code, out } = await diff(twoDirectories(), '- new/*.yaml', { readInput });
    expect(code).toBe(0);
    expect(out).toContain('No change');
  });

  it('tells workloads that came, with whom they reach', async () => {
    const cwd = twoDirectories();
    const all = temporaryTree({ 'all.yaml': join(shop, open, pod('shop/cart')) });
    const { code, out } = await diff(cwd, `new ${all}/all.yaml`);
    expect(code).toBe(1);
    expect(out).toContain('1 workload added.\n');
    expect(out).toContain(
      'Workloads added:\n  shop/Pod/cart: reached by 2 of 2 other workloads and from outside; reaches 2 of 2 other workloads\n    and addresses outside\n',
    );
  });
});

describe('exit codes', () => {
  const unread = made('CiliumNetworkPolicy', 'shop/other', {});

  test.each([
    ['old new', 1],
    ['old new --fail-on newly-allowed', 1],
    ['old new --fail-on newly-denied', 0],
    ['old new --fail-on none', 0],
    ['new old --fail-on newly-allowed', 0],
    ['new old --fail-on newly-denied', 1],
    ['old unread', 1],
    ['old unread --fail-on newly-allowed', 2],
    ['old unread --fail-on newly-denied', 2],
    ['unread other --fail-on any', 2],
    ['unread other --fail-on any --ignore-kind CiliumNetworkPolicy', 0],
    ['unread unread', 0],
  ])('diff %s: %i', async (args, code) => {
    const cwd = temporaryTree({
      'old/all.yaml': join(shop, closed),
      'new/all.yaml': join(shop, open),
      'unread/all.yaml': join(shop, closed, unread),
      'other/all.yaml': join(shop, closed, unread.replace('"spec":{}', '"spec":{"a":1}')),
    });
    expect((await diff(cwd, args)).code).toBe(code);
  });

  test.each([
    ['old', 'name two things to compare'],
    ['old new old', 'name two things to compare'],
    ['- -', 'only one of OLD and NEW can be standard input'],
    ['--git main..HEAD -', 'standard input has no revisions'],
    ['old new --fail-on anything', 'Allowed choices are any, newly-allowed, newly-denied, none'],
    ['old new -o yaml', 'Allowed choices are text, json, markdown, github'],
    ['old new --cni nothing', '--cni: unknown network plugin'],
  ])('diff %s: 64', async (args, message) => {
    const { code, out, err } = await diff(twoDirectories(), args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(message);
  });

  test.each([
    ['old gone', 'error[PC1101]: gone does not exist'],
    ['old new --assume Namespace/shpo:team=blue', 'the assumption about Namespace shpo changes nothing'],
    ['old new --ignore-kind CiliumNetworkPolicy', '--ignore-kind CiliumNetworkPolicy changes nothing'],
    ['--git main..HEAD old', 'error[PC1114]: cannot read revision main: not a git repository'],
  ])('diff %s: 65', async (args, message) => {
    const { code, out, err } = await diff(twoDirectories(), args);
    expect({ code, out }).toEqual({ code: 65, out: '' });
    expect(err).toContain(message);
  });

  it('an assumption has to mean something on one side only', async () => {
    const cwd = temporaryTree({ 'old.yaml': shop, 'new.yaml': join(shop, namespace('ops')) });
    expect((await diff(cwd, 'old.yaml new.yaml --assume Namespace/ops:team=blue')).code).toBe(0);
  });
});

describe('git revisions', () => {
  function shopRepository(): string {
    const root = repository({ 'k8s/shop.yaml': shop, 'k8s/db.yaml': closed });
    git(root, 'checkout', '-q', '-b', 'topic');
    commitAll(root, { 'k8s/db.yaml': open });
    return root;
  }

  it('are compared with each other, and with the work tree', async () => {
    const root = shopRepository();
    const { code, out } = await diff(root, '--git main..topic k8s');
    expect(code).toBe(1);
    expect(out).toContain('--> main:k8s/db.yaml:6:3\n');
    expect(out).toContain('--> topic:k8s/db.yaml:7:7\n');
    expect((await diff(root, '--git main..main k8s')).code).toBe(0);
    const files = await diff(root, '--git main k8s');
    expect(files.code).toBe(1);
    expect(files.out).toContain('--> k8s/db.yaml:7:7\n');
    commitAll(root, { 'k8s/db.yaml': closed });
    expect((await diff(root, '--git main k8s')).code).toBe(0);
  });

  it('have commands that can be run too', async () => {
    const root = shopRepository();
    const { out } = await diff(root, '--git main..topic k8s');
    const commands = [...out.matchAll(/\$ portcullis (.*)/g)].map(([, words]) => words!.split(' '));
    const results = await Promise.all(commands.map((words) => portcullis(root, words)));
    expect(results.map(({ code }) => code)).toEqual([1, 0]);
    expect(results[0]!.out).toContain('main:k8s/db.yaml');
  });

  it('A...B counts from where they parted', async () => {
    const root = shopRepository();
    git(root, 'checkout', '-q', 'main');
    commitAll(root, { 'k8s/db.yaml': openPorts('shop/db', 'Ingress', 1) });
    const { out } = await diff(root, '--git main...topic k8s');
    expect(out).toContain('2 pairs newly allowed.\n');
    expect(out).toContain('newly allowed: TCP 9090\n');
    expect((await diff(root, '--git main..topic k8s')).out).toContain('newly denied: TCP 1\n');
  });

  it('take the paths that one of them has', async () => {
    const root = shopRepository();
    commitAll(root, { 'more/cart.yaml': pod('shop/cart') });
    const { code, out, err } = await diff(root, '--git main..HEAD k8s more');
    expect(code).toBe(1);
    expect(out).toContain('1 workload added');
    expect(err).toContain('info[PC1111]: more: not there at main\n');
    expect((await diff(root, '--git main..HEAD k8s less')).err).toContain(
      'error: less does not exist, neither at main nor at HEAD\n',
    );
  });

  it('have a project each', async () => {
    const root = shopRepository();
    expect((await diff(root, '--git main..topic')).err).toContain(
      'name the paths to read, or write a portcullis.yaml',
    );
    commitAll(root, { 'portcullis.yaml': `${head}sources: [{path: k8s}]\n` });
    const { code, err } = await diff(root, '--git main..topic');
    expect(code).toBe(1);
    expect(err).toContain('main has no project file: portcullis.yaml of the work tree was used');
    commitAll(root, { 'portcullis.yaml': `${head}sources: [{path: k8s}]\nassume: ["Namespace/shop:a=b"]\n` });
    expect((await diff(root, '--git topic~1..topic')).code).toBe(0);
  });

  it('end with 65 where there is none, or no git', async () => {
    const root = shopRepository();
    expect(await diff(root, '--git mian..topic k8s')).toMatchObject({
      code: 65,
      out: '',
      err: expect.stringContaining('error[PC1114]: there is no revision "mian" in this repository'),
    });
    setPath(temporaryTree({}));
    expect(await diff(root, '--git main..topic k8s')).toMatchObject({
      code: 65,
      out: '',
      err: expect.stringContaining('error[PC1108]: cannot read revision main: git is not on PATH'),
    });
  });
});

describe('formats', () => {
  it('json', async () => {
    const { out } = await diff(twoDirectories(), 'old new -o json');
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'portcullis.dev/v1alpha1',
      kind: 'Diff',
      before: { label: 'old', classes: 3 },
      text: '2 pairs newly allowed',
      compared: { pairs: 6, changed: 2, unknown: 0, classes: 3 },
      groups: [
        {
          scope: 'between',
          pairs: 2,
          sources: ['shop/Pod/web', 'outside'],
          destinations: ['shop/Pod/db'],
          changes: [
            {
              kind: 'newly allowed',
              protocol: 'TCP',
              ports: [[9090, 9090]],
              witnesses: [
                {
                  effect: 'newly allowed',
                  before: {
                    outcome: 'deny',
                    command: 'portcullis check -f old shop/web shop/db --port 9090',
                    because: [{ because: { policies: [{ name: 'db', span: { source: 'old/db.yaml' } }] } }],
                  },
                  after: { outcome: 'allow', request: { port: 9090 } },
                },
              ],
            },
          ],
        },
      ],
      objects: [{ kind: 'changed', after: { kind: 'NetworkPolicy', name: 'db' } }],
    });
  });

  it('github: at the line of the new side, under the path of the repository', async () => {
    const { out } = await diff(twoDirectories(), 'old new -o github');
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toMatch(
      /^::warning file=new\/db\.yaml,line=7,endLine=9,.*title=newly allowed%3A shop\/web and outside -> shop\/db/,
    );
    const root = repository({ 'k8s/shop.yaml': shop, 'k8s/db.yaml': closed });
    commitAll(root, { 'k8s/db.yaml': open });
    expect((await diff(root, '--git HEAD~1..HEAD k8s -o github')).out).toContain(
      '::warning file=k8s/db.yaml,line=7',
    );
  });

  it('github: a policy that went has no line, one that was changed has', async () => {
    const cwd = temporaryTree({
      'old.yaml': join(shop, closed),
      'new.yaml': shop,
      'other.yaml': join(shop, closed.replace('app: db', 'app: web')),
    });
    expect((await diff(cwd, 'old.yaml new.yaml -o github')).out).toMatch(/^::warning title=newly allowed/);
    expect((await diff(cwd, 'old.yaml other.yaml -o github')).out).toMatch(
      /^::warning file=other\.yaml,line=14,/,
    );
  });

  it('markdown: begins with its marker, folds the proofs, quotes what names hold', async () => {
    const { out } = await diff(twoDirectories(), 'old new -o markdown');
    expect(out).toMatch(/^<!-- portcullis diff -->\n### portcullis diff: 2 pairs newly allowed\n/);
    expect(out).toContain(
      '<details><summary>🔴 <b>newly allowed</b> shop/web and outside → shop/db  (2 pairs): TCP 9090</summary>',
    );
    expect(out).toContain(
      '  - before: **deny**, ingress policy: isolated by NetworkPolicy shop/db; no rule matches (`old/db.yaml:6:3`)\n',
    );
    expect(out).toContain('  ```sh\n  portcullis check -f old shop/web shop/db --port 9090\n');
    expect(out.match(/<details>/g)).toHaveLength(out.match(/<\/details>/g)!.length);
  });

  it('markdown: stays below 65,000 characters and says what it left out', async () => {
    const numbers = Array.from({ length: 300 }, (_, i) => i);
    const pods = numbers.map((i) => pod(`shop/app-${i}`, { ports: ['80'] }));
    const policies = (first: number): string[] =>
      numbers.map((i) => openPorts(`shop/app-${i}`, 'Ingress', first + i));
    const cwd = temporaryTree({
      'old.yaml': join(namespace('shop'), ...pods, ...policies(1000)),
      'new.yaml': join(namespace('shop'), ...pods, ...policies(2000)),
    });
    const { out } = await diff(cwd, 'old.yaml new.yaml -o markdown');
    expect(out.length).toBeLessThan(65_000);
    expect(out.length).toBeGreaterThan(50_000);
    const shown = out.match(/→ shop\/app-/g)!.length;
    const [, left] = /Left out here for want of room: (\d+) groups of pairs/.exec(out)!;
    expect(shown + Number(left)).toBe(300);
    const text = await diff(cwd, 'old.yaml new.yaml');
    expect(text.out).toContain('and 250 further groups of pairs; -o json lists all\n');
    expect(text.out).toContain('and 270 further objects; -o json lists all\n');
    expect(JSON.parse((await diff(cwd, 'old.yaml new.yaml -o json')).out).groups).toHaveLength(300);
  });
});
