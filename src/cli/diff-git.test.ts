import { describe, expect, it } from 'vitest';
import { closed, diff, open, portcullis, shop } from '../../test/support/diff-command.ts';
import { commitAll, git, repository } from '../../test/support/repository.ts';
import { setPath, temporaryTree } from '../../test/support/temporary-tree.ts';
import { openPorts, pod } from '../../test/support/text-cluster.ts';

const head = 'apiVersion: portcullis.dev/v1alpha1\nkind: Sources\n';

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
