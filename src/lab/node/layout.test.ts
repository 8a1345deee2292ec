import { lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryTree } from '../../../test/support/temporary-tree.ts';
import { createLayout, type Layout } from './layout.ts';

/** A host whose files show through at /etc and /home, and a root above. */
function laid(): { readonly layout: Layout; readonly host: string; readonly at: (path: string) => string } {
  const base = temporaryTree({
    'host/etc/passwd': 'root',
    'host/etc/resolv.conf': { link: '/run/stub' },
    'host/etc/out': { link: '/home/there' },
    'host/etc/up': { link: '../../../../../../outside' },
    'host/etc/round': { link: 'round' },
    'host/home/there/file': 'text',
    'upper/etc/': '',
    'root/run/': '',
  });
  mkdirSync(`${base}/root/var`);
  const layout = createLayout(`${base}/root`);
  layout.add({ at: '/etc', upper: `${base}/upper/etc`, lower: `${base}/host/etc` });
  layout.add({ at: '/home', upper: undefined, lower: `${base}/host/home` });
  return { layout, host: `${base}/host`, at: (path) => `${base}/${path}` };
}

describe('the layout of a root', () => {
  it("makes what is missing in the container's own part only", () => {
    const { layout, at } = laid();
    expect(layout.makeDirectory('/etc/app/conf.d')).toBe('/etc/app/conf.d');
    expect(lstatSync(at('upper/etc/app/conf.d')).isDirectory()).toBe(true);
    expect(lstatSync(at('host/etc/app'), { throwIfNoEntry: false })).toBeUndefined();
    expect(layout.makeDirectory('/data')).toBe('/data');
    expect(lstatSync(at('root/data')).isDirectory()).toBe(true);
  });

  it('leaves alone what the host has', () => {
    const { layout, at } = laid();
    expect(layout.makeFile('/etc/passwd')).toBe('/etc/passwd');
    expect(lstatSync(at('upper/etc/passwd'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('follows links as the container will see them, never out of its root', () => {
    const { layout } = laid();
    expect(layout.resolve('/etc/out/file')).toBe('/home/there/file');
    expect(layout.resolve('/etc/up/x')).toBe('/outside/x');
    expect(layout.resolve('/etc/../../../etc/passwd')).toBe('/etc/passwd');
    expect(() => layout.resolve('/etc/round')).toThrow('too many levels of symbolic links');
  });

  it('a file is written in the place of a link, not through it', () => {
    const { layout, at } = laid();
    layout.writeLink('/etc/new', '/nowhere');
    layout.writeFile('/etc/new', 'one');
    layout.writeFile('/etc/resolv.conf', 'nameserver');
    expect(readFileSync(at('upper/etc/new'), 'utf8')).toBe('one');
    expect(readFileSync(at('upper/etc/resolv.conf'), 'utf8')).toBe('nameserver');
    expect(readlinkSync(at('host/etc/resolv.conf'))).toBe('/run/stub');
  });

  it('says what cannot be made', () => {
    const { layout } = laid();
    expect(() => layout.makeDirectory('/home/new')).toThrow(
      "/home/new cannot be made: /home is the host's own and read-only",
    );
    expect(() => layout.makeDirectory('/etc/passwd')).toThrow('/etc/passwd: not a directory');
    expect(() => layout.makeFile('/etc')).toThrow('/etc: is a directory');
  });

  it('a volume in a volume is made in the outer one', () => {
    const { layout, at } = laid();
    mkdirSync(at('volume'));
    layout.add({ at: layout.makeDirectory('/data'), upper: at('volume'), lower: undefined });
    layout.makeDirectory('/data/inner');
    expect(lstatSync(at('volume/inner')).isDirectory()).toBe(true);
  });
});
