import { type FieldPath, formatPath, type Severity } from '../../model/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import type { ShapeProblem } from './check-shape.ts';
import { describeShape } from './shape.ts';
import { suggestName } from './suggest-name.ts';

/** Something to tell about one object, before it has a span: a diagnostic with a field path. An error refuses the object. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly path: FieldPath;
  readonly message: string;
  readonly help?: string;
}

/**
 * The problem in words. An unknown field is an error in a policy (kubectl's default validation refuses the object, and without
 * it the policy would mean something else) and a warning elsewhere; a wrong type is an error everywhere, as nothing decodes it.
 */
export function describeShapeProblem(problem: ShapeProblem, policy: boolean): Problem {
  const { path } = problem;
  if (problem.kind === 'wrong type') {
    const wanted = problem.wanted === undefined ? 'something else' : describeShape(problem.wanted);
    const message = `${formatPath(path)} must be ${wanted}, not ${describeNode(problem.node)}`;
    return { code: 'PC2002', severity: 'error', path, message };
  }
  const suggestion = suggestName(String(path.at(-1)), problem.struct.fields.keys());
  return {
    code: 'PC2001',
    severity: policy ? 'error' : 'warning',
    path,
    message: `unknown field ${formatPath(path)}`,
    ...(suggestion !== undefined && { help: `Did you mean ${suggestion}?` }),
  };
}

function describeNode(node: YamlNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'an object';
  const { value } = node;
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'boolean')
    return `the boolean ${value}${node.plain ? ' (quote it for a string)' : ''}`;
  return `the number ${value.number}${node.plain ? ' (quote it for a string)' : ''}`;
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}
