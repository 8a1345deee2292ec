// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what has braces is the shells' own

import { type CompletionFlag, type CompletionVerb, spellings } from './completion-tree.ts';

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
  return [
    '# bash completion for portcullis; load it with: source <(portcullis completion bash)',
    '_portcullis() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" verb="" words="" word',
    '  COMPREPLY=()',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "$word" in -*) ;; *) verb="$word"; break ;; esac',
    '  done',
    '  case "$verb:$previous" in',
    ...verbs.flatMap(bashValues),
    '  esac',
    '  case "$verb" in',
    `    "") words="${verbs.map((verb) => verb.name).join(' ')} --help --version" ;;`,
    ...verbs.map(({ name, flags, operands }) => {
      const words = [...listed(operands), ...flags.flatMap(spellings)];
      return `    ${name}) words="${words.join(' ')}" ;;`;
    }),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  case "$verb:$current" in',
    '    *:-*) ;;',
    ...verbs
      .filter(({ operands }) => operands === 'file')
      .map(({ name }) => `    ${name}:*) COMPREPLY+=($(compgen -f -- "$current")) ;;`),
    '  esac',
    '}',
    'complete -o filenames -F _portcullis portcullis',
  ];
}

function bashValues({ name, flags }: CompletionVerb): string[] {
  return flags.flatMap((flag) => {
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
    '  verbs=(',
    ...verbs.map(({ name, summary }) => `    ${quote(`${name}:${summary.replaceAll(':', '\\:')}`)}`),
    '  )',
    '  if (( CURRENT == 2 )); then',
    "    _describe 'verb' verbs",
    '    return',
    '  fi',
    '  local verb="$words[2]"',
    '  shift words',
    '  (( CURRENT-- ))',
    '  case "$verb" in',
    ...verbs.flatMap(({ name, flags, operands }) => [
      `    ${name})`,
      '      _arguments \\',
      ...flags.map((flag) => `        ${zshFlag(flag)} \\`),
      `        ${zshOperands(operands)}`,
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
    ...verbs.flatMap(({ name, summary, flags, operands }) => {
      const seen = `complete -c portcullis -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
      return [
        `complete -c portcullis -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
        ...(operands === 'file' ? [`${seen} -F`] : []),
        ...(listed(operands).length === 0 ? [] : [`${seen} -a ${quote(listed(operands).join(' '))}`]),
        ...flags.map((flag) => `${seen}${fishFlag(flag)}`),
      ];
    }),
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
