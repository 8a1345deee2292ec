import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileEdit, FixPlan, PlannedFix } from '../debug/fix/index.ts';
import { describeNoFix } from '../report/index.ts';
import { inputError } from './exit.ts';

/** What was written, and what was not: why a request has no fix that can be written. */
export interface Written {
  readonly files: readonly string[];
  readonly left: readonly string[];
}

/**
 * Writes what a plan has taken into its files, all of it or nothing. Throws an input error where there is nothing that could be written, or where a file is not what was read any
 * more. Modes are kept, and links are followed.
 */
export function writeFixes({ fixes, edits }: FixPlan, cwd: string): Written {
  const left = [...new Set(fixes.flatMap(leftOf))];
  const faults = edits.flatMap((edit) => faultOf(edit, cwd) ?? []);
  if (faults.length > 0 || (edits.length === 0 && left.length > 0)) {
    throw inputError('nothing was written', [...faults, ...left]);
  }
  for (const edit of edits) write(edit, cwd);
  return { files: edits.map(({ source }) => source), left };
}

/** Why nothing was taken for a request; nothing where something was, or where it is allowed all the same. */
function leftOf({ search, taken, allowed }: PlannedFix): readonly string[] {
  if (allowed) return [];
  if (taken !== undefined)
    return ['with all fixes together, one of the requests is not allowed: write them one by one'];
  if (search.kind === 'no fix') return [describeNoFix(search.why)];
  const names = search.fixes.flatMap(({ edits }) => edits.filter(({ editable }) => !editable));
  if (names.length === 0) return [`there are only ${search.fixes.length} fixes`];
  return [...new Set(names.map(({ source }) => sourceWords(source)))].map(
    (name) => `${name} is not a file with just this text: make the change in what it comes from`,
  );
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
