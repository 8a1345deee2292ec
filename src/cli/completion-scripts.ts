// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what has braces is the shells' own

import { type CompletionFlag, type CompletionVerb, lastWord, spellings } from './completion-tree.ts';

/** Shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const writers: Readonly<Record<Shell, (verbs: readonly CompletionVerb[]) => string[]>> = {
  bash: bashLines,
  zsh: zshLines,
  fish: fishLines,
};

/** The completion script of a shell, ending with a line break. */
export function completionScript(shell: Shell, verbs: readonly CompletionVerb[]): string {
  return `${writers[shell](verbs).join('\n')}\n`;
}

function bashLines(verbs: readonly CompletionVerb[]): string[] {
  const all = withAllBelow(verbs);
  const parents = all.filter((verb) => verb.verbs.length > 0).map(keyOf);
  return [
    '# bash completion for portcullis; load it with: source <(portcullis completion bash)',
    '_portcullis() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" verb="" words="" word',
    '  COMPREPLY=()',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$word" in -*) continue ;; esac',
    '    verb="${verb:+$verb-}$word"',
    `    case "$verb" in ${parents.length === 0 ? '""' : parents.join('|')}) ;; *) break ;; esac`,
    '  done',
    '  case "$verb:$previous" in',
    ...all.flatMap(bashValues),
    '  esac',
    '  case "$verb" in',
    `    "") words="${verbs.map((verb) => verb.name).join(' ')} --help --version" ;;`,
    ...all.map((verb) => {
      const words = [...listed(verb.operands), ...verb.flags.flatMap(spellings)];
      return `    ${keyOf(verb)}) words="${words.join(' ')}" ;;`;
    }),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  case "$verb:$current" in',
    '    *:-*) ;;',
    ...all
      .filter(({ operands }) => operands === 'file')
      .map((verb) => `    ${keyOf(verb)}:*) COMPREPLY+=($(compgen -f -- "$current")) ;;`),
    '  esac',
    '}',
    'complete -o filenames -F _portcullis portcullis',
  ];
}

/** Verbs, each followed by those below it. */
function withAllBelow(verbs: readonly CompletionVerb[]): readonly CompletionVerb[] {
  return verbs.flatMap((verb) => [verb, ...withAllBelow(verb.verbs)]);
}

/** A verb as one word of a shell: `lab-up`. */
function keyOf({ name }: CompletionVerb): string {
  return name.replaceAll(' ', '-');
}

function bashValues(verb: CompletionVerb): string[] {
  const name = keyOf(verb);
  return verb.flags.flatMap((flag) => {
    if (flag.value === 'none') return [];
    const pattern = spellings(flag)
      .map((spelling) => `${name}:${spelling}`)
      .join('|');
    if (flag.value === 'any') return [`    ${pattern}) return ;;`];
    const source = flag.value === 'file' ? '-f' : `-W "${flag.value.join(' ')}"`;
    return [`    ${pattern}) COMPREPLY=($(compgen ${source} -- "$current")); return ;;`];
  });
}

function zshLines(verbs: readonly CompletionVerb[]): string[] {
  return [
    '#compdef portcullis',
    '# zsh completion for portcullis; load it with: source <(portcullis completion zsh)',
    '_portcullis() {',
    '  local -a verbs',
    ...zshVerbs(verbs),
    '  local verb="$words[2]"',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case "$verb" in',
    ...verbs
      .filter(isParent)
      .flatMap((verb) => [
        `    ${keyOf(verb)})`,
        ...zshVerbs(verb.verbs).map((line) => `    ${line}`),
        '      verb="$verb-$words[2]"',
        '      shift words',
        '      (( CURRENT-- ))',
        '      ;;',
      ]),
    '  esac',
    '  case "$verb" in',
    ...withAllBelow(verbs)
      .filter((verb) => !isParent(verb))
      .flatMap((verb) => [
        `    ${keyOf(verb)})`,
        '      _arguments \\',
        ...verb.flags.map((flag) => `        ${zshFlag(flag)} \\`),
        `        ${zshOperands(verb.operands)}`,
        '      ;;',
      ]),
    '  esac',
    '}',
    'if [ "$funcstack[1]" = "_portcullis" ]; then',
    '  _portcullis "$@"',
    'else',
    '  compdef _portcullis portcullis',
    'fi',
  ];
}

function isParent({ verbs }: CompletionVerb): boolean {
  return verbs.length > 0;
}

/** Offers verbs with their summaries where the second word is written. */
function zshVerbs(verbs: readonly CompletionVerb[]): readonly string[] {
  return [
    '  verbs=(',
    ...verbs.map(
      ({ name, summary }) => `    ${quote(`${lastWord(name)}:${summary.replaceAll(':', '\\:')}`)}`,
    ),
    '  )',
    '  if (( CURRENT == 2 )); then',
    "    _describe 'verb' verbs",
    '    return',
    '  fi',
  ];
}

function zshOperands(operands: CompletionVerb['operands']): string {
  if (operands === 'file') return "'*: :_files'";
  return operands === 'any' ? "'*: :'" : quote(`1: :(${operands.join(' ')})`);
}

function zshFlag(flag: CompletionFlag): string {
  const names = spellings(flag);
  const description = flag.description.replace(/[[\]\\:]/g, '\\$&');
  const action =
    flag.value === 'any' ? ' ' : flag.value === 'file' ? '_files' : `(${listed(flag.value).join(' ')})`;
  const rest = `[${description}]${flag.value === 'none' ? '' : `:value:${action}`}`;
  const front = flag.repeats ? "'*'" : quote(`(${names.join(' ')})`);
  return `${front}${names.length === 1 ? names[0] : `{${names.join(',')}}`}${quote(rest)}`;
}

function fishLines(verbs: readonly CompletionVerb[]): string[] {
  return [
    '# fish completion for portcullis; load it with: portcullis completion fish | source',
    'complete -c portcullis -f',
    'complete -c portcullis -n __fish_use_subcommand -l version -d "print the version"',
    ...verbs.flatMap((verb) => [
      `complete -c portcullis -n __fish_use_subcommand -a ${verb.name} -d ${quote(verb.summary)}`,
      ...(isParent(verb) ? fishVerbsBelow(verb) : fishVerb(verb, `__fish_seen_subcommand_from ${verb.name}`)),
    ]),
  ];
}

function fishVerbsBelow({ name, verbs }: CompletionVerb): readonly string[] {
  const words = verbs.map((verb) => lastWord(verb.name));
  const open = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words.join(' ')}`;
  return verbs.flatMap((verb) => {
    const word = lastWord(verb.name);
    const seen = `__fish_seen_subcommand_from ${name}; and __fish_seen_subcommand_from ${word}`;
    const line = `complete -c portcullis -n ${quote(open)} -a ${word} -d ${quote(verb.summary)}`;
    return [line, ...fishVerb(verb, seen)];
  });
}

/** What a verb takes, where `condition` holds. */
function fishVerb({ flags, operands }: CompletionVerb, condition: string): readonly string[] {
  const seen = `complete -c portcullis -n ${quote(condition)}`;
  return [
    ...(operands === 'file' ? [`${seen} -F`] : []),
    ...(listed(operands).length === 0 ? [] : [`${seen} -a ${quote(listed(operands).join(' '))}`]),
    ...flags.map((flag) => `${seen}${fishFlag(flag)}`),
  ];
}

function fishFlag(flag: CompletionFlag): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`;
  const value =
    flag.value === 'none'
      ? ''
      : flag.value === 'any'
        ? ' -x'
        : flag.value === 'file'
          ? ' -r -F'
          : ` -x -a ${quote(listed(flag.value).join(' '))}`;
  return `${short} -l ${flag.long.slice(2)}${value} -d ${quote(flag.description)}`;
}

/** Values that can be listed. */
function listed(value: CompletionFlag['value']): readonly string[] {
  return typeof value === 'string' ? [] : value;
}

/** In single quotes, as all three shells read them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
