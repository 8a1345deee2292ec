import type { Fact } from '../model/index.ts';
import { fieldName } from './request-facts.ts';

/** Tells facts apart: two about the same subject are one, whatever patterns they were asked with. */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'namespace label':
      return `${fact.kind} ${fact.namespace} ${fact.key}`;
    case 'pod address':
    case 'pod node':
      return `${fact.kind} ${fact.pod}`;
    case 'external address':
      return `${fact.kind} ${fact.host}`;
    case 'authorizer answer':
      return `${fact.kind} ${fact.provider}`;
    case 'request':
      return `${fact.kind} ${fieldName(fact.field)}`;
    case 'unread policy': {
      const { kind, metadata } = fact.object;
      return `${fact.kind} ${kind} ${metadata.namespace}/${metadata.name}`;
    }
    case 'implementation':
      return `${fact.kind} ${fact.topic} ${fact.detail}`;
    case 'token':
      return fact.kind;
  }
}
