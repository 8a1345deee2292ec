import { type Reader, report, text } from '../manifest/index.ts';
import { parseRange } from '../model/index.ts';
import { type Assumption, assumptionPattern, parseAssumption } from './assumption.ts';
import { refusedHelmArgument } from './helm.ts';

/** The name of a namespace, or of something else with a name of that form. */
export const namespaceName: Reader<string> = text(
  'the name of a namespace',
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
);

/** A path, chart or release; one that begins with `-` would be an option to the tool that gets it. */
export const operand: Reader<string> = text('a string that does not begin with -', /^[^-]/);

/** The name of a kind: `CiliumNetworkPolicy`. */
export const kindName: Reader<string> = text('the name of a kind', /^[A-Z][A-Za-z0-9]*$/);

/** An argument for Helm that does nothing but shape the manifests. */
export const helmArgument: Reader<string> = (node, path, reading) => {
  const argument = text()(node, path, reading);
  const reason = argument === undefined ? undefined : refusedHelmArgument(argument);
  if (reason === undefined) return argument;
  report(reading, node.start, node.end, `${argument} cannot be passed to helm: ${reason}`);
  return undefined;
};

const rangeInWords = 'a range of addresses such as 10.0.0.0/8';
const rangeText = text(rangeInWords, /\/\d/);

/** A CIDR. */
export const addressRange: Reader<string> = (node, path, reading) => {
  const range = rangeText(node, path, reading);
  if (range === undefined || parseRange(range) !== undefined) return range;
  report(reading, node.start, node.end, `${range} is not ${rangeInWords}`);
  return undefined;
};

const assumptionText = text(
  'Namespace/NAME:LABEL=VALUE or KIND/NAMESPACE/NAME:LABEL=VALUE',
  new RegExp(assumptionPattern),
);

/** A label to assume, see `parseAssumption`. */
export const assumption: Reader<Assumption> = (node, path, reading) => {
  const words = assumptionText(node, path, reading);
  return words === undefined ? undefined : parseAssumption(words);
};
