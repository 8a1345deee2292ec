// Writes src/lab/api/openapi/schemas.json.br: the OpenAPI v3 schemas of the kinds that the lab may serve, with all that they refer to, and the Go types
// that the API server's decoder names in its errors. Sources are Go modules at the versions below. Needs Go. Run: node scripts/generate-openapi.ts
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { loadAll } from 'js-yaml';
import { resourceTable } from '../src/lab/store/resources.ts';

const modules = {
  kubernetes: 'k8s.io/kubernetes@v1.36.3',
  istio: 'istio.io/api@v1.30.3',
  gateway: 'sigs.k8s.io/gateway-api@v1.5.1',
  adminPolicy: 'sigs.k8s.io/network-policy-api@v0.1.5',
  clusterPolicy: 'sigs.k8s.io/network-policy-api@v0.2.0',
};

/** Events are served in a second group, too. */
const events = { group: 'events.k8s.io', versions: ['v1'], kind: 'Event' } as const;
const metaV1 = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Kinds beside the served ones that requests are made of. */
const requestKinds: readonly string[] = ['Patch', 'DeleteOptions', 'Status'].map(
  (kind) => `${metaV1}.${kind}`,
);

interface Schema {
  $ref?: string;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  [key: string]: unknown;
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const prefix = '#/components/schemas/';
/** A text stands for the definition of that name, as versions of a custom resource are often the same. */
const definitions: Record<string, Schema | string> = {};
/** `apps/v1/Deployment` to its definition. */
const kinds: Record<string, string> = {};
const work = mkdtempSync(join(tmpdir(), 'openapi-'));
try {
  addBuiltIns(download(modules.kubernetes));
  addCustom(join(download(modules.istio), 'kubernetes/customresourcedefinitions.gen.yaml'));
  for (const [module, folder] of [
    [modules.gateway, 'config/crd/standard'],
    [modules.adminPolicy, 'config/crd/experimental'],
    [modules.clusterPolicy, 'config/crd/experimental'],
  ] as const) {
    const directory = join(download(module), folder);
    for (const file of readdirSync(directory)) {
      if (/^\w+\.networking\.k8s\.io_\w+\.yaml$/.test(file)) addCustom(join(directory, file));
    }
  }
  write();
} finally {
  rmSync(work, { recursive: true });
}

/** Brings a module here through the go command and gives its folder. */
function download(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { cwd: work, encoding: 'utf8' });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

function addBuiltIns(directory: string): void {
  for (const { group, versions } of [...resourceTable.filter(({ custom }) => !custom), events]) {
    for (const version of versions) {
      const document = group === '' ? `api__${version}` : `apis__${group}__${version}`;
      const file = join(directory, 'api/openapi-spec/v3', `${document}_openapi.json`);
      const { components } = JSON.parse(readFileSync(file, 'utf8')) as {
        components: { schemas: Record<string, Schema> };
      };
      for (const [name, schema] of Object.entries(components.schemas)) {
        const known = schema['x-kubernetes-group-version-kind'] ?? [];
        const served = known.find((each) => each.group === group && isServed(group, each.kind));
        if (served !== undefined) kinds[`${group}/${version}/${served.kind}`] = name;
        if (served !== undefined || requestKinds.includes(name)) addReached(name, components.schemas);
      }
    }
  }
}

function isServed(group: string, kind: string): boolean {
  const isIt = (resource: { readonly group: string; readonly kind: string }) =>
    resource.group === group && resource.kind === kind;
  return resourceTable.some(isIt) || isIt(events);
}

function addReached(name: string, from: Readonly<Record<string, Schema>>): void {
  if (definitions[name] !== undefined) return;
  const schema = from[name]!;
  definitions[name] = schema;
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') addReached(value.slice(prefix.length), from);
    return value;
  });
}

/** Names and fields as the API server publishes a CustomResourceDefinition. */
function addCustom(file: string): void {
  for (const crd of loadAll(readFileSync(file, 'utf8')) as (Definition | null)[]) {
    if (crd?.spec?.versions === undefined) continue;
    const { group, names } = crd.spec;
    const { kind } = names;
    if (!isServed(group, kind)) continue;
    const written = new Map<string, string>();
    const reversed = group.split('.').reverse().join('.');
    for (const { name: version, served, schema } of crd.spec.versions) {
      if (!served) continue;
      const name = `${reversed}.${version}.${kind}`;
      const published = publish(schema.openAPIV3Schema);
      const text = JSON.stringify(published);
      const same = written.get(text);
      if (same === undefined) written.set(text, name);
      definitions[name] = same ?? published;
      kinds[`${group}/${version}/${kind}`] = name;
    }
  }
}

function publish(schema: Schema): Schema {
  const deployment = (definitions['io.k8s.api.apps.v1.Deployment'] as Schema).properties as Record<
    string,
    Schema
  >;
  const {
    spec,
    status,
    metadata: _,
    apiVersion: __,
    kind: ___,
    ...others
  } = schema.properties as Record<string, Schema>;
  const properties = {
    apiVersion: deployment.apiVersion!,
    kind: deployment.kind!,
    metadata: {
      allOf: [{ $ref: `${prefix}${metaV1}.ObjectMeta` }],
      description: deployment.metadata!.description,
    },
    ...(spec && { spec }),
    ...(status && { status }),
    ...others,
  };
  return { ...schema, properties };
}

function write(): void {
  const folder = join(import.meta.dirname, '../src/lab/api/openapi');
  const data = { sources: Object.values(modules), kinds, definitions, goTypes: readGoTypes() };
  const text = JSON.stringify(data);
  const bytes = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  writeFileSync(join(folder, 'schemas.json.br'), bytes);
  const count = Object.keys(definitions).length;
  process.stdout.write(`${count} definitions, ${text.length} characters, ${bytes.length} bytes\n`);
}

/** What the schemas don't tell of the Go types behind them, by definition. */
function readGoTypes(): Record<string, unknown> {
  cpSync(join(import.meta.dirname, 'go-types'), work, { recursive: true });
  execFileSync('go', ['mod', 'tidy'], { cwd: work });
  const printed = execFileSync('go', ['run', '.'], { cwd: work, encoding: 'utf8', maxBuffer: 1 << 24 });
  const types = Object.entries(JSON.parse(printed) as Record<string, unknown>);
  return Object.fromEntries(types.filter(([name]) => definitions[name] !== undefined).sort());
}
