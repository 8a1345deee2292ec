import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** The rooms, lowest first, and what each may import. The table in docs/architecture.md says the same in words. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  model: [],
  yaml: [],
  manifest: ['model', 'yaml'],
  cluster: ['model'],
  sources: ['model', 'yaml', 'manifest'],
  'policy/network': ['model', 'cluster'],
  'policy/admin': ['model', 'cluster'],
  'policy/http': ['model', 'cluster'],
  'policy/authorization': ['model', 'cluster'],
  'policy/peer-authentication': ['model', 'cluster'],
  'policy/request-authentication': ['model', 'cluster'],
  verdict: ['model', 'cluster', 'policy/*'],
  reach: ['model', 'cluster', 'policy/*', 'verdict'],
  diff: ['model', 'cluster', 'policy/*', 'verdict', 'reach'],
  lint: ['model', 'yaml', 'manifest', 'cluster', 'policy/*', 'verdict', 'reach', 'diff'],
  testing: ['model', 'yaml', 'manifest', 'cluster', 'policy/*', 'verdict', 'reach'],
  'istio/values': ['model', 'yaml', 'manifest'],
  'istio/components': ['model', 'yaml', 'manifest', 'istio/values'],
  'istio/operator': ['model', 'yaml', 'manifest', 'istio/values', 'istio/components'],
  'istio/envoy': ['model', 'cluster', 'policy/*'],
  'istio/check': [
    'model',
    'yaml',
    'manifest',
    'cluster',
    'policy/*',
    'verdict',
    'reach',
    'diff',
    'lint',
    'istio/components',
  ],
  'istio/tight': [
    'model',
    'yaml',
    'manifest',
    'cluster',
    'policy/*',
    'verdict',
    'reach',
    'diff',
    'lint',
    'istio/components',
    'istio/check',
  ],
  'istio/istioctl': ['model', 'yaml'],
  istio: ['istio/*'],
  logs: ['model'],
  debug: ['model', 'cluster', 'policy/*', 'verdict', 'reach', 'diff', 'testing', 'logs', 'debug/*'],
  'debug/fix': ['model', 'yaml', 'manifest', 'cluster', 'policy/*', 'verdict', 'reach', 'diff'],
  report: ['model', 'reach', 'diff', 'lint', 'testing', 'istio/*', 'logs', 'debug', 'debug/*'],
  'lab/system': [],
  'lab/store': [],
  'lab/launch': ['lab/system'],
  'lab/view': ['core', 'lab/store', 'lab/network', 'lab/proxy'],
  'lab/network': ['core', 'lab/system', 'lab/store'],
  'lab/node': ['lab/system', 'lab/store'],
  'lab/proxy': ['core', 'lab/system', 'lab/store', 'lab/node'],
  'lab/programs': ['lab/system', 'lab/store', 'lab/network', 'lab/node'],
  'lab/controllers': ['core', 'lab/store'],
  'lab/api': ['core', 'lab/store', 'lab/node'],
  'lab/run': ['core', 'sources', 'lab/*'],
  'lab/verify': ['core', 'sources', 'lab/*'],
  lab: ['core', 'sources', 'lab/*'],
  cli: ['*'],
  '.': ['model', 'manifest', 'cluster', 'verdict'],
};

/** Rooms that may use Node's own modules; all others run in a browser. */
const nodeRooms = new Set(['sources', 'cli']);
const runsInNode = (room: string): boolean => nodeRooms.has(room) || room.split('/')[0] === 'lab';

/** What `core` stands for: everything that decides and explains. */
const core = [
  'model',
  'yaml',
  'manifest',
  'cluster',
  'policy/*',
  'verdict',
  'reach',
  'diff',
  'lint',
  'testing',
  'istio/*',
  'report',
];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => ({ file, specifier: (match[1] ?? match[2] ?? match[3])! }));
}

function roomOf(path: string): string {
  const parts = relative(src, path).split('/');
  if (parts.length === 1) return '.';
  const hasDoor = ['lab', 'istio', 'debug'].includes(parts[0]!);
  const nested = parts[0] === 'policy' || (hasDoor && parts.length > 2);
  return nested ? `${parts[0]}/${parts[1]}` : parts[0]!;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(src, name));
const product = files.filter((file) => !file.endsWith('.test.ts'));
const imports = product.flatMap(importsOf);

function allowed(room: string, target: string): boolean {
  if (room === target) return true;
  const list = (rooms[room] ?? []).flatMap((each) => (each === 'core' ? core : [each]));
  const group = `${target.split('/')[0]}/*`;
  return list.includes('*') || list.includes(target) || (target.includes('/') && list.includes(group));
}

describe('the import table', () => {
  it('finds imports to judge', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('names every room', () => {
    expect([...new Set(product.map(roomOf))].filter((room) => rooms[room] === undefined)).toEqual([]);
  });

  it('is kept: imports go downward only', () => {
    const broken = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter(({ file, specifier }) => !allowed(roomOf(file), roomOf(resolve(dirname(file), specifier))))
      .map(({ file, specifier }) => `${relative(src, file)} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('is kept: another room is entered by its door, index.ts', () => {
    const broken = imports
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter(({ file, specifier }) => {
        const target = resolve(dirname(file), specifier);
        return roomOf(file) !== roomOf(target) && target !== join(src, roomOf(target), 'index.ts');
      })
      .map(({ file, specifier }) => `${relative(src, file)} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('is kept: only rooms for Node import node:', () => {
    const broken = imports
      .filter(({ file, specifier }) => specifier.startsWith('node:') && !runsInNode(roomOf(file)))
      .map(({ file, specifier }) => `${relative(src, file)} imports ${specifier}`);
    expect(broken).toEqual([]);
  });
});
