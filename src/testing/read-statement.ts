import { oneOf, type Reader, record, report, text } from '../manifest/index.ts';
import { describeSet } from './describe-set.ts';
import { oneOrMore, port, spanOf } from './field-readers.ts';
import { setWords } from './read-set.ts';
import type { SetWords, StatementEntry, Traffic } from './types.ts';

const trafficFields = record({
  port: oneOrMore(port),
  protocol: oneOf('TCP', 'UDP', 'SCTP'),
  method: oneOrMore(text()),
  path: oneOrMore(text()),
  host: oneOrMore(text()),
  jwt: oneOf('none'),
});

const traffic: Reader<Traffic> = (node, path, reading) => {
  const values = trafficFields(node, path, reading);
  if (values === undefined) return undefined;
  const { port: ports, protocol, method: methods, path: paths, host: hosts, jwt } = values;
  if (protocol !== undefined && protocol !== 'TCP' && (methods ?? paths ?? hosts ?? jwt) !== undefined) {
    report(reading, node.start, node.end, `HTTP goes over TCP, not over ${protocol}`);
  }
  return {
    ...(ports === undefined ? {} : { ports }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(methods === undefined ? {} : { methods }),
    ...(paths === undefined ? {} : { paths }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(jwt === undefined ? {} : { withoutToken: true as const }),
  };
};

const others = { name: text(), to: setWords, requests: traffic };
const onlyFields = record({ ...others, only: setWords }, ['to']);
const forbidFields = record({ ...others, forbid: setWords }, ['to']);

/** `only: SET, to: SET`: nobody else reaches it. */
export const onlyEntry: Reader<StatementEntry> = (node, path, reading) => {
  const { only, ...rest } = onlyFields(node, path, reading) ?? {};
  return statement('only', only, rest, spanOf(node, reading));
};

/** `forbid: SET, to: SET`: nobody of the first reaches the second. */
export const forbidEntry: Reader<StatementEntry> = (node, path, reading) => {
  const { forbid, ...rest } = forbidFields(node, path, reading) ?? {};
  return statement('forbid', forbid, rest, spanOf(node, reading));
};

function statement(
  kind: StatementEntry['kind'],
  from: SetWords | undefined,
  {
    name,
    to,
    requests = {},
  }: { readonly name?: string; readonly to?: SetWords; readonly requests?: Traffic },
  span: StatementEntry['span'],
): StatementEntry | undefined {
  if (from === undefined || to === undefined) return undefined;
  const words = `${kind} ${describeSet(from)} to ${describeSet(to)}`;
  return { kind, name: name ?? words, span, from, to, requests };
}
