import type { LintRule } from '../registry.ts';
import { type PolicyValue, valuesOf } from './policies.ts';
import { valueFinding } from './value-findings.ts';

/** Server names and header values that never arrive as they are written. */
export const textValues: LintRule = {
  codes: ['PC3227'],
  *check({ cluster }) {
    for (const value of valuesOf(cluster)) {
      const fault = faultOf(value);
      if (fault !== undefined) yield valueFinding(value, { code: 'PC3227', ...fault });
    }
  },
};

interface Fault {
  readonly reason: string;
  readonly help: string;
  readonly instead?: string;
}

function faultOf({ field: { field }, value }: PolicyValue): Fault | undefined {
  if (field === 'connection.sni') return serverNameFault(value);
  return field.startsWith('request.headers[') ? headerFault(value) : undefined;
}

function serverNameFault(value: string): Fault | undefined {
  if (!/[A-Z]/.test(value)) return undefined;
  const instead = value.toLowerCase();
  return {
    reason: 'Envoy writes the server name of a TLS client hello in lower case before it is compared',
    help: `Write ${instead}.`,
    instead,
  };
}

/** A blank that must stand at the end of the header's value: none does. */
function headerFault(value: string): Fault | undefined {
  if (value === '*' || value === value.trim()) return undefined;
  const open = value.startsWith('*')
    ? value.slice(1).trimEnd() === value.slice(1)
    : value.trimStart() === value;
  if (open && (value.startsWith('*') || value.endsWith('*'))) return undefined;
  const instead = value.trim();
  return {
    reason: 'white space around the value of a header is gone before it is compared',
    help: `Write ${JSON.stringify(instead)}, without blanks around it.`,
    instead,
  };
}
