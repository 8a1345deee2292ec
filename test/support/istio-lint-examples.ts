import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { buildCluster, type ClusterOptions } from '../../src/cluster/index.ts';
import type { Finding, Witness } from '../../src/lint/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { decide } from '../../src/verdict/index.ts';
import { lintText, places } from './lint-text.ts';
import { recorder } from './terminal.ts';
import { made, namespace, pod, service } from './text-cluster.ts';

/** A smallest text that has the finding, and one beside it that has not. */
export interface LintExample {
  readonly code: string;
  readonly what: string;
  readonly bad: readonly string[];
  /** Where the finding is: `shop/p spec.selector`. */
  readonly at: string;
  readonly good: readonly string[];
  readonly options?: ClusterOptions;
  /** Texts that a fix brings about, where the finding has one. */
  readonly fixed?: string;
}

/** Documents as one text. */
export function textOf(texts: readonly string[]): string {
  return `---\n${texts.join('\n---\n')}`;
}

/** Tests of examples: the finding is there at its place, it is not there in what is right, and its witnesses hold. */
export function checkExamples(examples: readonly LintExample[]): void {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'portcullis-lint-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  describe.each(examples)('$code: $what', ({ code, bad, good, at, options, fixed }) => {
    const findings = lintText(textOf(bad), [code], options);

    it('is found, at its place', () => {
      expect(places(findings)).toContain(`${code} ${at}`);
    });

    it('is not found in what is right', () => {
      expect(places(lintText(textOf(good), [code], options))).not.toContain(`${code} ${at}`);
    });

    it('has witnesses that hold', async () => {
      const cluster = buildCluster(readManifests([{ name: 'all.yaml', text: textOf(bad) }]), options);
      writeFileSync(join(directory, 'all.yaml'), textOf(bad));
      for (const { request, outcome, words, under } of findings.flatMap(witnessesOf)) {
        if (under !== undefined) continue;
        expect(decide(cluster, request).outcome).toBe(outcome);
        if (words === undefined || options !== undefined) continue;
        const terminal = recorder({ cwd: directory });
        const command = ['check', '-f', 'all.yaml', ...words, '--expect', outcome];
        expect({ code: await run(command, terminal), command, err: terminal.err }).toMatchObject({ code: 0 });
      }
    });

    it('says what to do', () => {
      for (const { message, help } of findings) expect([message, help]).not.toContain(undefined);
    });

    if (fixed === undefined) return;
    it('is gone where its fix is applied', () => {
      const fix = findings.find(({ fix: found }) => found !== undefined)!.fix!;
      const text = fix.edits
        .toReversed()
        .reduce(
          (all, { span, text: instead }) => all.slice(0, span.start) + instead + all.slice(span.end),
          textOf(bad),
        );
      expect(text).toContain(fixed);
      expect(places(lintText(text, [code], options))).not.toContain(`${code} ${at}`);
    });
  });
}

function witnessesOf({ proof }: Finding): readonly Witness[] {
  return proof.kind === 'never matches' ? [] : (proof.witnesses ?? []);
}

/** An AuthorizationPolicy; `app` is the label that it selects. */
export function policy(at: string, spec: object, app?: string): string {
  const selector = app === undefined ? {} : { selector: { matchLabels: { app } } };
  return made('AuthorizationPolicy', at, { ...selector, ...spec });
}

/** An AuthorizationPolicy of one rule with one source. */
export function from(at: string, source: object, more: object = {}, app?: string): string {
  return policy(at, { ...more, rules: [{ from: [{ source }] }] }, app);
}

/** An AuthorizationPolicy of one rule with one operation. */
export function to(at: string, operation: object, more: object = {}, app?: string): string {
  return policy(at, { ...more, rules: [{ to: [{ operation }] }] }, app);
}

/** A PeerAuthentication. */
export function peers(at: string, mode: string, more: object = {}): string {
  return made('PeerAuthentication', at, { mtls: { mode }, ...more });
}

/** A Pod that runs as a service account. */
export function podAs(at: string, serviceAccountName: string): string {
  const object = JSON.parse(pod(at));
  return JSON.stringify({ ...object, spec: { ...object.spec, serviceAccountName } });
}

/** A RequestAuthentication of one issuer. */
export function tokens(at: string, issuer: string, more: object = {}): string {
  return made('RequestAuthentication', at, { jwtRules: [{ issuer, jwks: '{"keys":[]}' }], ...more });
}

/** A Gateway of the Gateway API. */
export function gateway(at: string, gatewayClassName: string, labels: object = {}): string {
  const listeners = [{ name: 'mesh', port: 15008, protocol: 'HBONE' }];
  return made('Gateway', at, { gatewayClassName, listeners }, { labels });
}

/** A namespace of sidecars: `web` behind a Service on HTTP (80 to 8080), `db` behind one on TCP (5432), a client `front`, and one outside the mesh. */
export const sidecars: readonly string[] = [
  namespace('shop', { 'istio-injection': 'enabled' }),
  namespace('legacy'),
  pod('shop/web', { ports: ['http=8080'] }),
  service('shop/web', 80, 8080, ports(80, 8080, 'http')),
  pod('shop/db', { ports: ['5432'] }),
  service('shop/db', 5432, 5432, ports(5432, 5432, 'tcp')),
  podAs('shop/front', 'front'),
  pod('legacy/old'),
];

/** The same in ambient, where a waypoint may be given. */
export const ambient: readonly string[] = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
  pod('shop/web', { ports: ['http=8080'] }),
  service('shop/web', 80, 8080, ports(80, 8080, 'http')),
  podAs('shop/front', 'front'),
];

/** Ambient behind a waypoint for the whole namespace. */
export const behindWaypoint: readonly string[] = [
  namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'way' }),
  ...ambient.slice(1),
  gateway('shop/way', 'istio-waypoint'),
];

/** The ports of a Service, for `service`. */
export function ports(port: number, targetPort: number, name: string): object {
  return { ports: [{ name, port, targetPort }] };
}
