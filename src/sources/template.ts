import type { Diagnostic, Source } from '../model/index.ts';
import { fillVariables, type Reference } from './envsubst.ts';
import type { Env } from './types.ts';

export interface TemplateOptions {
  readonly env: Env;
  /** Fill in only the variables in `env`, and take every other `$NAME` for plain text. */
  readonly envOnly: boolean;
}

/**
 * Fills in a template. Every variable without a value is an error at its place in the template as written, not as filled, so that line
 * and column are those of the file. Lines keep their numbers as long as no value has a line break; one that has is told.
 */
export function fillTemplate(
  template: Source,
  options: TemplateOptions,
): { readonly source: Source; readonly diagnostics: readonly Diagnostic[] } {
  const { env, envOnly } = options;
  const broken = new Set<string>();
  const { text, unset } = fillVariables(template.text, (variable) => {
    const value = env.get(variable) ?? (env.has(variable) ? process.env[variable] : undefined);
    if (value !== undefined && /[\r\n]/.test(value)) broken.add(variable);
    return value;
  });
  const missing = unset.filter(({ variable }) => !envOnly || env.has(variable));
  const diagnostics = [
    ...[...Map.groupBy(missing, ({ variable }) => variable)].map(([variable, references]) =>
      unsetFault(template, variable, references, env.has(variable)),
    ),
    ...[...broken].map((variable) => lineBreakWarning(template.name, variable)),
  ];
  return { source: { name: template.name, text }, diagnostics };
}

function unsetFault(
  template: Source,
  variable: string,
  references: readonly Reference[],
  fromEnvironment: boolean,
): Diagnostic {
  const [first, ...others] = references.map(({ start, end }) => ({ source: template, start, end }));
  return {
    code: 'PC1106',
    severity: 'error',
    message: `no value for the variable ${variable} in ${template.name}${fromEnvironment ? ': it is not in the environment either' : ''}`,
    ...(first === undefined ? {} : { span: first }),
    ...(others.length === 0 ? {} : { related: others.map((span) => ({ message: 'and here', span })) }),
    help: `give it with --env ${variable}=value, or, where the text is to stay as it is, fill in the others only with --env-only`,
  };
}

function lineBreakWarning(name: string, variable: string): Diagnostic {
  return {
    code: 'PC1107',
    severity: 'warning',
    message: `the value of ${variable} has a line break: lines after it in ${name} are counted with the value filled in`,
  };
}
