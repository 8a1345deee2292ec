import type { MapDiff, Witness } from '../diff/index.ts';
import { objectsIn } from '../diff/index.ts';
import { count, type KindedObject, type Span, type Step } from '../model/index.ts';
import { type FieldReference, fieldsOf, locateField } from './answer.ts';
import { describePairs, endWords } from './diff-ends.ts';
import { type ChangeLine, changeLines, whatChanges } from './diff-lines.ts';
import {
  changedObjectsOf,
  type DiffReport,
  type DiffSide,
  describeKind,
  describeTurns,
  summarizeDiff,
} from './diff-words.ts';
import { githubCommand } from './github.ts';
import { describeQuestion } from './vocabulary.ts';

/** GitHub shows ten of a step; what goes far beyond helps nobody. */
const mostCommands = 100;

/**
 * A diff as workflow commands of GitHub Actions: one for each line of a group, at the field of the new side that it rests on, preferably in an object that was changed.
 * Ends with the result in a line of its own.
 */
export function formatDiffGithub(report: DiffReport): string {
  const { diff } = report;
  const words = endWords(diff);
  const places = newObjectsOf(diff);
  const commands = diff.groups.flatMap((group) =>
    changeLines(group).map((line) => commandText(line, describePairs(group, words), report, places)),
  );
  const rest = commands.length - mostCommands;
  return [
    ...commands.slice(0, mostCommands),
    ...(rest > 0
      ? [
          githubCommand('notice', { title: 'portcullis diff' }, [
            `${count(rest, 'further change')}; -o json lists all`,
          ]),
        ]
      : []),
    ...(diff.withoutWorkloads.length > 0
      ? [githubCommand('warning', { title: 'portcullis diff' }, [summarizeDiff(report)])]
      : []),
    `portcullis diff: ${summarizeDiff(report)}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Objects of the new side that are not as they were. */
function newObjectsOf({ objects }: MapDiff): ReadonlySet<KindedObject> {
  return new Set(objects.flatMap(({ after }) => after ?? []));
}

function commandText(
  line: ChangeLine,
  pairs: string,
  report: DiffReport,
  changed: ReadonlySet<KindedObject>,
): string {
  const [witness] = line.witnesses;
  const span = witness && fileSpan(placeFor(witness, changed), report.after);
  const title = `${describeKind(line.kind)}: ${pairs}`;
  const lines = [
    whatChanges(line),
    ...(line.conditions === undefined
      ? []
      : [`before: ${line.conditions.before}`, `after: ${line.conditions.after}`]),
    ...(witness === undefined ? [] : proofLines(witness, report)),
  ];
  return githubCommand(line.kind === 'no longer unknown' ? 'notice' : 'warning', { title, span }, lines);
}

function proofLines(witness: Witness, { after, diff }: DiffReport): readonly string[] {
  const command = after.command(witness.after.request);
  const side = (name: 'before' | 'after'): string => {
    const turns = describeTurns(witness, name, changedObjectsOf(diff));
    return `${name}: ${turns[0]!.outcome}, ${turns.map(({ words }) => words).join('; ')}`;
  };
  return [
    describeQuestion(witness.after.request),
    side('before'),
    side('after'),
    ...(command === undefined ? [] : [command]),
  ];
}

/** A field of the new side: in a changed object if one has to do with it. */
function placeFor({ turns, after }: Witness, changed: ReadonlySet<KindedObject>): Span | undefined {
  const steps = turns.flatMap((turn) => turn.after ?? []);
  const fields = (steps.length === 0 ? [after.verdict.decidedBy] : steps).flatMap((step) => fieldsOf(step));
  const own = fields.find(({ object }) => changed.has(object)) ?? counterpart(turns, changed) ?? fields[0];
  return own === undefined ? undefined : locateField(own);
}

/** The object of a rule that counted before, as it is now. */
function counterpart(
  turns: Witness['turns'],
  changed: ReadonlySet<KindedObject>,
): FieldReference | undefined {
  const names = new Set(turns.flatMap(({ before }) => namesIn(before)));
  const object = [...changed].find((each) => names.has(nameOf(each)));
  return object === undefined ? undefined : { object, path: ['metadata', 'name'] };
}

function namesIn(step: Step | undefined): readonly string[] {
  return step === undefined ? [] : objectsIn(step.because).map(nameOf);
}

function nameOf({ kind, metadata }: KindedObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

/** The span under the path that GitHub knows; undefined for what a tool or standard input gave. */
function fileSpan(span: Span | undefined, { revision }: DiffSide): Span | undefined {
  if (span === undefined) return undefined;
  const { name } = span.source;
  const path =
    revision !== undefined && name.startsWith(`${revision}:`) ? name.slice(revision.length + 1) : name;
  const isFile = path !== '-' && !/^(helm|kustomize) /.test(path);
  return isFile ? { ...span, source: { ...span.source, name: path } } : undefined;
}
