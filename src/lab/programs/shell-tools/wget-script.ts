/** `wget` for the shell of a container: curl, with busybox' options, outputs and exit codes. Source: busybox networking/wget.c. */
export const wgetScript: string = String.raw`#!/bin/bash
fail() { printf 'wget: %s\n' "$1" >&2; exit 1; }
usage() { printf 'Usage: wget [-qS] [-O FILE] [-T SEC] [-U AGENT] [--spider] [--header STR] [--post-data STR] URL...\n' >&2; exit 1; }

quiet= headers= spider= output= urls=() limit=900 options=(-A Wget)
while (($#)); do
  word=$1 value=
  shift
  case "$word" in
    --) urls+=("$@"); break ;;
    --spider) spider=1; continue ;;
    --quiet) quiet=1; continue ;;
    --server-response) headers=1; continue ;;
    --no-check-certificate) options+=(-k); continue ;;
    --*=*) value="\${word#*=}" word="\${word%%=*}" ;;
    --*) (($#)) || usage; value=$1; shift ;;
    -[!-]?*)
      # Letters in one word: -qO- is -q -O -
      letter="\${word:0:2}" rest="\${word:2}"
      case "$letter" in
        -q|-S|-c) set -- "$letter" "-$rest" "$@"; continue ;;
        *) word=$letter value=$rest ;;
      esac ;;
    -q) quiet=1; continue ;;
    -S) headers=1; continue ;;
    -c) continue ;;
    -?) (($#)) || usage; value=$1; shift ;;
    *) urls+=("$word"); continue ;;
  esac
  case "$word" in
    -O|--output-document) output=$value ;;
    -T|--timeout) [[ $value =~ ^[0-9]+$ ]] || fail "invalid number '$value'"; limit=$value ;;
    -U|--user-agent) options+=(-A "$value") ;;
    --header) options+=(-H "$value") ;;
    --post-data) options+=(--data-binary "$value") ;;
    -t|--tries|-Y|--proxy) ;;
    *) printf "wget: unrecognized option '%s'\n" "$word" >&2; usage ;;
  esac
done
((\${#urls[@]})) || usage
((limit)) && options+=(--connect-timeout "$limit" --speed-time "$limit" --speed-limit 1)
[[ -n $spider ]] && options+=(-I)

tell() { [[ -n $quiet ]] || printf '%s\n' "$1" >&2; }

get() {
  local url=$1 host file=$output said status line
  [[ $url == *://* ]] || url="http://$url"
  host="\${url#*://}" host="\${host%%/*}" host="\${host##*@}" host="\${host%:*}"
  if [[ -n $spider ]]; then
    file=/dev/null
  elif [[ -z $file ]]; then
    file="\${url#*://*/}"
    [[ $file == "$url" ]] && file=
    file="\${file##*/}"
    file="\${file:-index.html}"
    [[ -e $file ]] && fail "can't open '$file': File exists"
  fi
  tell "Connecting to $host"
  exec 4>&1
  [[ $file == - ]] || exec 4>"$file" || exit 1
  said=$(curl -q -sS -f -L --max-redirs 5 -D /dev/stderr "\${options[@]}" "$url" 2>&1 >&4)
  status=$?
  exec 4>&-
  said="\${said//$'\r'/}"
  [[ -n $headers ]] && sed -n 's/^HTTP\/.*/  &/p; s/^[A-Za-z-]*: .*/  &/p' <<<"$said" >&2
  case "$status" in
    0) ;;
    6) fail "bad address '$host'" ;;
    7)
      line=Connection\ refused
      [[ $said == *'No route'* ]] && line='No route to host'
      [[ $said == *'nreachable'* ]] && line='Network is unreachable'
      fail "can't connect to remote host ($(getent ahosts "$host" | sed 's/ .*//;q')): $line" ;;
    22) fail "server returned error: $(grep '^HTTP/' <<<"$said" | tail -n 1)" ;;
    28) fail 'download timed out' ;;
    47) fail 'too many redirections' ;;
    52|56) fail 'error getting response: Connection reset by peer' ;;
    *) fail "\${said##*) }" ;;
  esac
  if [[ -n $spider ]]; then tell 'remote file exists'
  elif [[ $file == - ]]; then tell 'written to stdout'
  else tell "'$file' saved"; fi
}
for url in "\${urls[@]}"; do get "$url"; done
`.replaceAll('\\${', '${');
