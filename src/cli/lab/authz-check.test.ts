import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatAuthorizationTable, readAuthorization } from './authz-check.ts';

interface Case {
  readonly id: string;
  readonly tags: readonly string[];
  readonly dump: unknown;
  readonly observed: { readonly stdout: string };
}

const file = join(import.meta.dirname, '../../../conformance/istioctl-output.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };
const made = cases.filter(({ tags }) => tags.includes('policies'));

test.each(made.map((each) => [each.id, each] as const))(
  'of a proxy that Istio configured, the same as istioctl: %s',
  (_id, { dump, observed }) => {
    expect(formatAuthorizationTable(readAuthorization(dump))).toBe(observed.stdout);
  },
);
