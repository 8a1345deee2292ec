import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCharts, missing } from '../scripts/conformance-helm/charts.ts';
import { randomFrom, randomSettings, valuesOf } from '../scripts/conformance-helm/random-values.ts';

const script = join(import.meta.dirname, '../scripts/conformance-helm/main.ts');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'charts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeChart(path: string, name: string, version: string): void {
  const at = join(folder, path);
  mkdirSync(at, { recursive: true });
  writeFileSync(
    join(at, 'Chart.yaml'),
    `apiVersion: v2\nname: ${name}\nversion: ${version}\nappVersion: ${version}\n`,
  );
}

describe('conformance:helm', () => {
  it('says loudly that nothing was compared where there is no helm, and ends with 2', () => {
    const run = spawnSync(process.execPath, [script, '--helm', join(folder, 'no-helm'), '--charts', folder], {
      encoding: 'utf8',
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('NOT CHECKED against Helm: no helm to run');
  });

  it('refuses flags that it does not know, with 64', () => {
    expect(spawnSync(process.execPath, [script, '--round', '1']).status).toBe(64);
    expect(spawnSync(process.execPath, [script, '--rounds', 'many']).status).toBe(64);
  });

  it('finds charts in clones by the tag, and published ones by their version', () => {
    writeChart('clones/1.29.0/manifests/charts/istio-control/istio-discovery', 'istiod', '1.0.0');
    writeChart('clones/1.29.0/manifests/charts/gateways/istio-egress', 'istio-egress', '1.0.0');
    writeChart('clones/1.29.0/manifests/charts/base', 'base', '1.0.0');
    writeChart('published/cni', 'cni', '1.30.3');
    const clones = findCharts(join(folder, 'clones'), undefined);
    expect(clones.map(({ chart, version, chartVersion }) => [chart, version.text, chartVersion])).toEqual([
      ['istiod', '1.29.0', '1.0.0'],
      ['istio-egress', '1.29.0', '1.0.0'],
    ]);
    expect(missing(clones)).toEqual([
      'istio-cni of 1.29.0',
      'ztunnel of 1.29.0',
      'gateway of 1.29.0',
      'istio-ingress of 1.29.0',
    ]);
    expect(findCharts(join(folder, 'published'), undefined)).toMatchObject([
      { chart: 'istio-cni', version: { text: '1.30.3', minor: 30 }, chartVersion: '1.30.3' },
    ]);
  });

  it('wants to be told a version that nothing says', () => {
    writeChart('unknown/manifests/charts/ztunnel', 'ztunnel', '1.0.0');
    expect(() => findCharts(join(folder, 'unknown'), undefined)).toThrow('give --istio VERSION');
    expect(findCharts(join(folder, 'unknown'), '1.31.0-rc.0')).toHaveLength(1);
  });

  it('gives the same values for the same seed', () => {
    const values = (seed: number): unknown => valuesOf(randomSettings(randomFrom(seed), 'gateway'));
    expect(values(7)).toEqual(values(7));
    expect(
      new Set(
        [1, 2, 3, 4, 5, 6].map((seed) =>
          JSON.stringify(values(seed), (_, v) => (typeof v === 'bigint' ? `${v}n` : v)),
        ),
      ).size,
    ).toBeGreaterThan(3);
  });
});
