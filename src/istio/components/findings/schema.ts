import { suggestName } from '../../../manifest/index.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { coalesce } from '../coalesce.ts';
import { gatewaySchema } from '../gateway-schema.ts';
import { toGoMap } from '../go-values.ts';
import type { Look } from '../look.ts';
import { defaultsKey } from '../merged-values.ts';
import { pathText } from '../origin.ts';
import { schemaFaults } from '../schema-faults.ts';
import type { ComponentFinding, Release } from '../types.ts';

/** PC3417: values that the schema of chart gateway refuses: Helm does not get as far as the templates, unless it is told to skip the schema. */
export function findSchemaFaults({ release }: Pick<Look, 'release'>): readonly ComponentFinding[] {
  if (release.chart !== 'gateway') return [];
  return schemaFaults(given(release), gatewaySchema(release.version)).map(({ path, words, known }) => {
    const at = path.length === 0 ? 'the values' : pathText(path);
    const near = known === undefined ? undefined : suggestName(String(path.at(-1)), known);
    return {
      code: 'PC3417',
      severity: 'error',
      message: `gateway: the chart's values.schema.json refuses ${at}: ${words}`,
      path,
      help:
        near === undefined
          ? 'Helm stops before it renders anything; with --skip-schema-validation it goes on, with this result.'
          : `Did you mean ${near}? Helm stops before it renders anything, unless it is given --skip-schema-validation.`,
    };
  });
}

/** The values that Helm holds against a schema: the user's, filled up from values.yaml. */
function given({ values, chart }: Release): ReturnType<typeof coalesce> {
  return coalesce(toGoMap(values), toGoMap({ [defaultsKey]: chartDefaults[chart] }));
}
