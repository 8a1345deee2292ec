import { suggestName } from '../../../manifest/index.ts';
import { chartDefaults } from '../chart-defaults.ts';
import { coalesce } from '../coalesce.ts';
import { gatewaySchema } from '../gateway-schema.ts';
import { toGoMap } from '../go-values.ts';
import type { Look } from '../look.ts';
import { defaultsKey } from '../merged-values.ts';
import { pathText } from '../origin.ts';
import { type SchemaFault, schemaFaults } from '../schema-faults.ts';
import type { ComponentFinding, Release } from '../types.ts';

/** PC3417: values that the schema of chart gateway refuses: Helm does not get as far as the templates, unless it is told to skip the schema. */
export function findSchemaFaults({ release }: Pick<Look, 'release'>): readonly ComponentFinding[] {
  if (release.chart !== 'gateway') return [];
  return schemaFaults(given(release), gatewaySchema(release.version)).map(({ path, words, known }) => {
    const at = path.length === 0 ? 'the values' : pathText(path);
    return {
      code: 'PC3417',
      severity: 'error',
      message: `gateway: the chart's values.schema.json refuses ${at}: ${words}`,
      path,
      help: helpFor(path, known),
    };
  });
}

function helpFor(path: SchemaFault['path'], known: SchemaFault['known']): string {
  if (path.length === 1 && path[0] === 'ownerName') {
    return 'Set global.ownerName: the chart takes whatever is global for itself too, and the schema lets it pass.';
  }
  const near = known === undefined ? undefined : suggestName(String(path.at(-1)), known);
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  return `${guess}Helm stops before it renders anything; with --skip-schema-validation it goes on, with this result.`;
}

/** The values that Helm holds against a schema: the user's, filled up from values.yaml. */
function given({ values, chart }: Release): ReturnType<typeof coalesce> {
  return coalesce(toGoMap(values), toGoMap({ [defaultsKey]: chartDefaults[chart] }));
}
