import { describe, expect, it, test } from 'vitest';
import {
  closed,
  diff,
  join,
  open,
  portcullis,
  shop,
  twoDirectories,
} from '../../test/support/diff-command.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';
import { made, namespace, pod } from '../../test/support/text-cluster.ts';

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

  describe('without workloads nothing can be compared', () => {
    const tree = (): string =>
      temporaryTree({ 'old.yaml': closed, 'new.yaml': open, 'all.yaml': join(shop, closed) });

    test.each([
      ['old.yaml new.yaml', 'neither old.yaml nor new.yaml has pods or workloads', ['before', 'after'], 2],
      ['old.yaml all.yaml', 'old.yaml has no pods or workloads; 2 workloads added', ['before'], 1],
      ['all.yaml old.yaml', 'old.yaml has no pods or workloads; 2 workloads removed', ['after'], 1],
    ])('diff %s', async (args, words, sides, code) => {
      const headline = `Nothing could be compared: ${words}`;
      const text = await diff(tree(), args);
      expect(text).toMatchObject({ code, err: '' });
      expect(text.out.startsWith(`${headline}.\n`)).toBe(true);
      expect(text.out).not.toMatch(/No change|0 pairs/);
      const markdown = await diff(tree(), `${args} -o markdown`);
      expect(markdown.out).toContain(`### portcullis diff: ${headline}\n`);
      expect(markdown.out).not.toMatch(/No change|0 pairs/);
      const json = await diff(tree(), `${args} -o json`);
      expect(JSON.parse(json.out)).toMatchObject({ text: headline, withoutWorkloads: sides });
      const github = await diff(tree(), `${args} -o github`);
      expect(github.out).toBe(`::warning title=portcullis diff::${headline}\nportcullis diff: ${headline}\n`);
    });

    test.each([
      ['any', 1],
      ['newly-allowed', 2],
      ['newly-denied', 2],
      ['none', 0],
    ])('--fail-on %s: %i', async (limit, code) => {
      expect((await diff(tree(), `old.yaml all.yaml --fail-on ${limit}`)).code).toBe(code);
    });
  });

  it('an assumption has to mean something on one side only', async () => {
    const cwd = temporaryTree({ 'old.yaml': shop, 'new.yaml': join(shop, namespace('ops')) });
    expect((await diff(cwd, 'old.yaml new.yaml --assume Namespace/ops:team=blue')).code).toBe(0);
  });
});
