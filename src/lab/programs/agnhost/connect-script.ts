/**
 * `agnhost connect HOST:PORT` for the shell of a container: TCP and UDP by bash's own sockets, with the outputs and the exit code of the original. Nothing on success; else 1 and on stderr TIMEOUT,
 * REFUSED, `DNS: …`, `UNKNOWN: …` or `OTHER: …`.
 */
export const agnhostScript: string = String.raw`#!/bin/bash
die() { printf '%s\n' "$1" >&2; exit 1; }

# A Go duration (3s, 500ms, 1m30s) in seconds.
seconds() {
  local rest=$1 total=0 part
  [[ $rest == 0 ]] && { echo 0; return; }
  while [[ $rest =~ ^([0-9]+(\.[0-9]+)?)(ms|us|s|m|h)(.*)$ ]]; do
    part="\${BASH_REMATCH[1]}"; rest="\${BASH_REMATCH[4]}"
    case "\${BASH_REMATCH[3]}" in
      ms) part="$part/1000" ;; us) part="$part/1000000" ;; m) part="$part*60" ;; h) part="$part*3600" ;;
    esac
    total="$total+$part"
  done
  [[ -n $rest || $total == 0 ]] && return 1
  awk "BEGIN { print $total }"
}

limited() { if [[ $limit == 0 ]]; then "$@"; else timeout "$limit" "$@"; fi; }

tell() {
  case "$1" in
    *refused*) die "REFUSED$2" ;;
    *'Name or service not known'*|*'name resolution'*|*'No address associated'*|*'nodename'*)
      die "DNS: lookup $host: no such host" ;;
    *'No route to host'*) die "OTHER: dial $protocol $host:$port: connect: no route to host" ;;
    *'Network is unreachable'*) die "OTHER: dial $protocol $host:$port: connect: network is unreachable" ;;
    *) die "OTHER: \${1##*: }" ;;
  esac
}

[[ $1 == connect ]] || die "Error: in a shell of the lab, agnhost has the command connect only, not \"$1\""
shift
limit=0 protocol=tcp data=hostname dest=
while (($#)); do
  case "$1" in
    --*=*) name="\${1%%=*}" value="\${1#*=}" ;;
    --*) name=$1 value=$2; shift ;;
    *) [[ -z $dest ]] || die 'Error: accepts 1 arg(s), received more'; dest=$1; shift; continue ;;
  esac
  case "$name" in
    --timeout) limit=$(seconds "$value") || die "Error: invalid argument \"$value\" for \"--timeout\" flag" ;;
    --protocol) protocol=$value ;;
    --udp-data) data=$value ;;
    --sctp-data) ;;
    *) die "Error: unknown flag: $name" ;;
  esac
  shift
done
[[ -n $dest ]] || die 'Error: accepts 1 arg(s), received 0'
[[ $dest == *:* ]] || die "UNKNOWN: address $dest: missing port in address"
host="\${dest%:*}" port="\${dest##*:}"
host="\${host#[}" host="\${host%]}"

case "$protocol" in
  ''|tcp)
    said=$(limited bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>&1)
    status=$?
    ((status == 0)) && exit 0
    ((status == 124)) && die TIMEOUT
    tell "$said" ''
    ;;
  udp)
    said=$(limited bash -c '
      exec 3<>"/dev/udp/$0/$1" || exit 2
      printf "%s\n" "$2" >&3 || exit 2
      IFS= read -r -N 1 -u 3 answer && exit 0
      exit 3' "$host" "$port" "$data" 2>&1)
    status=$?
    ((status == 0)) && exit 0
    ((status == 124)) && die 'TIMEOUT: i/o timeout'
    [[ -z $said ]] && die 'OTHER: No data received from the server. Cannot guarantee the server received the request.'
    tell "$said" ': read: connection refused'
    ;;
  sctp) die 'OTHER: protocol not supported' ;;
  *) die 'Unsupported protocol' ;;
esac
`.replaceAll('\\${', '${');
