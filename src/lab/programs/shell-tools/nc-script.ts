/**
 * `nc` for the shell of a container: TCP and UDP by bash's own sockets, with the outputs and the exit codes of busybox. Checks (`-z`) and the plain client; a server (`-l`) is not possible with bash.
 * A refusal is not told with one `-v`, as busybox does. Source: busybox networking/nc_bloaty.c.
 */
export const ncScript: string = String.raw`#!/bin/bash
fail() { printf 'nc: %s\n' "$1" >&2; exit 1; }
usage() { printf 'Usage: nc [-nuvz] [-w SEC] HOST PORT\n' >&2; exit 1; }

verbose=0 wait=0 udp= zero= words=()
while (($#)); do
  OPTIND=1
  while getopts ':np:s:ubvw:lki:o:ze' flag; do
    case "$flag" in
      n|b) ;;
      u) udp=1 ;;
      v) verbose=$((verbose + 1)) ;;
      w) [[ $OPTARG =~ ^[0-9]+$ ]] || fail "invalid number '$OPTARG'"; wait=$OPTARG ;;
      z) zero=1 ;;
      :) fail "option requires an argument -- '$OPTARG'" ;;
      \?) printf "nc: unrecognized option: %s\n" "$OPTARG" >&2; usage ;;
      *) fail "the lab's stand-in has no -$flag: install nc on this machine" ;;
    esac
  done
  shift $((OPTIND - 1))
  (($#)) && { words+=("$1"); shift; }
done
((\${#words[@]} == 2)) || usage
host="\${words[0]}" port="\${words[1]}"
protocol=tcp
[[ -n $udp ]] && protocol=udp

if [[ ! $port =~ ^[0-9]+$ ]]; then
  found=$(getent services "$port/$protocol") || fail "bad port '$port'"
  read -r _ found _ <<<"$found"
  port="\${found%/*}"
fi
((10#$port >= 1 && 10#$port <= 65535)) || fail "bad port '$port'"
port=$((10#$port))
read -r address _ < <(getent ahostsv4 "$host" || getent ahosts "$host")
[[ -n $address ]] || fail "bad address '$host'"
dotted="$address:$port"
[[ $address == *:* ]] && dotted="[$address]:$port"

# What busybox tells of a connection that did not come about: with one -v nothing of a refusal.
lost() {
  [[ $1 == *refused* ]] && ((verbose < 2)) && exit 1
  ((verbose)) && printf 'nc: %s (%s): %s\n' "$host" "$dotted" "$1" >&2
  exit 1
}
opened() { ((verbose)) && printf '%s (%s) open\n' "$host" "$dotted" >&2; }
limited() { if ((wait)); then timeout "$wait" "$@"; else "$@"; fi; }

# A first connection says whether there is one to be had: bash cannot give up its own.
if [[ -z $udp ]]; then
  said=$(limited bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$address" "$port" 2>&1)
  status=$?
  ((status == 124)) && lost 'Connection timed out'
  if ((status)); then
    said="\${said%%$'\n'*}"
    lost "\${said##*: }"
  fi
elif [[ -n $zero ]]; then
  # Two datagrams: the second fails where the first was refused.
  said=$(bash -c '
    exec 3<>"/dev/udp/$0/$1" && printf x >&3 || exit 1
    sleep "$2"
    printf x >&3' "$address" "$port" "$((wait ? wait : 1))" 2>&1)
  if (($?)); then
    said="\${said##*$'\n'}"
    lost "\${said##*: }"
  fi
fi
[[ -n $zero ]] && { opened; exit 0; }

{ exec 3<>"/dev/$protocol/$address/$port"; } 2>/dev/null || lost 'Connection refused'
opened
exec 4<&0
cat <&3 4<&- 2>/dev/null &
reader=$!
cat <&4 >&3 2>/dev/null &
writer=$!
exec 4<&-
runs() { kill -0 "$1" 2>/dev/null; }
wait -n "$reader" "$writer"
# The end of stdin ends one half of the connection: bash cannot, so without perl the rest has a few seconds.
rest=$((wait * 2))
if ! runs "$writer" && [[ -z $udp ]]; then
  perl -e 'shutdown(STDIN, 1)' <&3 2>/dev/null || rest=$((rest ? rest : 5))
fi
if ((rest)); then
  for ((i = rest * 5; i > 0; i--)); do runs "$reader" || break; sleep 0.2; done
elif ! runs "$writer"; then
  wait "$reader"
fi
kill "$reader" "$writer" 2>/dev/null
exit 0
`.replaceAll('\\${', '${');
