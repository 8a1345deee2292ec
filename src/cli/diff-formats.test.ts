import { describe, expect, it } from 'vitest';
import { closed, diff, join, open, shop, twoDirectories } from '../../test/support/diff-command.ts';
import { commitAll, repository } from '../../test/support/repository.ts';
import { temporaryTree } from '../../test/support/temporary-tree.ts';
import { namespace, openPorts, pod } from '../../test/support/text-cluster.ts';

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
