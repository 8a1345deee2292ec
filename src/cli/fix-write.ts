import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileEdit, FixPlan } from '../debug/fix/index.ts';
import { describeNoFix } from '../report/index.ts';
import { inputError } from './exit.ts';

/**
 * Writes what a plan has taken into its files, all of it or nothing; gives their names. Throws an input error where a file is not what was read any more, or no file at all. Modes are
 * kept, and links are followed.
 */
export function writeFixes({ fixes, edits }: FixPlan, cwd: string): readonly string[] {
  const faults = [
    ...fixes.flatMap(({ search, taken, allowed }) => {
      if (taken !== undefined || allowed) return [];
      if (search.kind === 'no fix') return [describeNoFix(search.why)];
      const own = search.fixes.flatMap((fix) => fix.edits.filter(({ editable }) => !editable));
      const names = [...new Set(own.map(({ source }) => sourceWords(source)))];
      return names.length === 0
        ? [`there are only ${search.fixes.length} fixes`]
        : names.map(
            (name) => `${name} is not a file with just this text: make the change in what it comes from`,
          );
    }),
    ...edits.flatMap((edit) => faultOf(edit, cwd) ?? []),
  ];
  if (faults.length > 0) throw inputError('nothing was written', faults);
  for (const edit of edits) write(edit, cwd);
  return edits.map(({ source }) => source);
}

function sourceWords(name: string): string {
  return name === '-' ? 'standard input' : name;
}

/** Why a file cannot be written; undefined where it can. */
function faultOf({ source, before }: FileEdit, cwd: string): string | undefined {
  const path = resolve(cwd, source);
  if (before === undefined) return existsSync(path) ? `${source} would be new, and is there` : undefined;
  try {
    const bytes = readFileSync(path);
    return textOf(bytes) === before && encode(before, bytes).equals(bytes)
      ? undefined
      : `${source} is not what was read any more, or not UTF-8: run it again`;
  } catch (error) {
    return `cannot read ${source}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

function hasMark(bytes: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

/** Text without a byte order mark, as it was read. */
function textOf(bytes: Buffer): string {
  return (hasMark(bytes) ? bytes.subarray(mark.length) : bytes).toString('utf8');
}

/** A text as bytes; with a byte order mark where the file has one. */
function encode(text: string, like: Buffer | undefined): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return like !== undefined && hasMark(like) ? Buffer.concat([mark, bytes]) : bytes;
}

/** By a file beside it that takes its place: nobody ever reads half of it. */
function write({ source, before, after }: FileEdit, cwd: string): void {
  const named = resolve(cwd, source);
  if (before === undefined) {
    writeFileSync(named, encode(after, undefined), { flag: 'wx' });
    return;
  }
  const path = realpathSync(named);
  const { mode } = statSync(path);
  const beside = join(dirname(path), `.${basename(path)}.portcullis-${process.pid}`);
  try {
    writeFileSync(beside, encode(after, readFileSync(path)), { mode, flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw inputError(`cannot write ${source}`, [error instanceof Error ? error.message : String(error)]);
  }
}
