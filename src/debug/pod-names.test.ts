import { describe, expect, it } from 'vitest';
import { clusterOf, namespace, pod } from '../../test/support/text-cluster.ts';
import { podsNamed } from './pod-names.ts';

function owned(at: string, kind: string, name: string): string {
  const object = JSON.parse(pod(at)) as { metadata: object };
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name, uid: '1', controller: true }];
  return JSON.stringify({ ...object, metadata: { ...object.metadata, ownerReferences } });
}

const namespaces = [namespace('shop'), namespace('batch')];
const web = 'shop/web-7b9d5c6f4-x2x9q';

function namesOf(pods: readonly string[], name: string, inside?: string): readonly string[] {
  return podsNamed(clusterOf([...namespaces, ...pods]), name, inside).map(({ key }) => key);
}

describe('podsNamed, where pods alone are given', () => {
  const bare = [pod('batch/job-1'), pod('batch/jobs-1'), pod(web)];
  const withOwners = [owned('batch/job-1', 'Job', 'job'), owned(web, 'ReplicaSet', 'web-7b9d5c6f4')];

  it.each([
    ['without owners', bare],
    ['with owners', withOwners],
  ])('finds those with a prefix, %s', (_, pods) => {
    expect(namesOf(pods, 'job-*', 'batch')).toEqual(['batch/job-1']);
    expect(namesOf(pods, 'web-7b9d5c6f4-*', 'shop')).toEqual([web]);
    expect(namesOf(pods, 'web-*')).toEqual([web]);
    expect(namesOf(pods, 'job-*', 'shop')).toEqual([]);
  });

  it('takes what is generated from just this name before what is of a longer one', () => {
    const longer = 'shop/web-api-5c6f7b9d4-k78wz';
    expect(namesOf([pod(longer), pod('shop/web-k2x9q')], 'web-*')).toEqual(['shop/web-k2x9q']);
    expect(namesOf([pod(longer)], 'web-*')).toEqual([longer]);
  });

  it('takes a name without a star for no prefix, and a star alone for nobody', () => {
    expect(namesOf(bare, 'web-7b9d')).toEqual([]);
    expect(namesOf(bare, '*')).toEqual([]);
  });
});
