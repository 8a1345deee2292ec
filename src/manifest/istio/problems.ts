import type { FieldPath } from '../../model/index.ts';
import { type Problem, suggestName } from '../kit/index.ts';
import { checkSchema, dotted } from './crd.ts';
import { fieldNames, objectSchemas } from './crd-objects.ts';
import type { Finding } from './finding.ts';
import type { WebhookVerdict } from './webhook.ts';
import { writtenPath } from './written-path.ts';

/**
 * What both judges say about a security object, as problems with places: an error of either refuses the object. The CRD's first, as
 * an API server asks it first.
 */
export function describeVerdicts(
  kind: string,
  json: Readonly<Record<string, unknown>>,
  webhook: WebhookVerdict,
): readonly Problem[] {
  const place = ({ code, path, message }: Finding) => ({ code, message, path: writtenPath(json, path) });
  return [
    ...crdProblems(kind, json),
    ...webhook.errors.map((finding) => ({ ...place(finding), severity: 'error' as const })),
    ...webhook.warnings.map((finding) => ({ ...place(finding), severity: 'warning' as const })),
    ...webhook.refusedByEnvoy.map((finding) => ({ ...place(finding), severity: 'warning' as const })),
  ];
}

function crdProblems(kind: string, json: unknown): readonly Problem[] {
  const schema = objectSchemas.get(kind)!;
  const { problems, unknownFields } = checkSchema(schema, json);
  return [
    ...problems.map(({ path, message }) => ({ code: 'PC2202', severity: 'error' as const, path, message })),
    ...unknownFields.map((path) => unknownField(path, fieldNames(schema, path))),
  ];
}

function unknownField(path: FieldPath, names: readonly string[]): Problem {
  const suggestion = suggestName(String(path.at(-1)), names);
  return {
    code: 'PC2203',
    severity: 'error',
    path,
    message: `unknown field ${dotted(path)}`,
    ...(suggestion !== undefined && { help: `Did you mean ${suggestion}?` }),
  };
}
