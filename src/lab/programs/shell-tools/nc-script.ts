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
  ((verbose)) && printf 'nc: %s (%s): %s\n' "$host" "$dotted" "$1" >&6
  exit 1
}
opened() { ((verbose)) && printf '%s (%s) open\n' "$host" "$dotted" >&2; }

# A pipe of our own: what bash says of a connection is read from it, and a read of it that nobody answers is a timer without a process.
exec 5<> <(:) 6>&2
timer=
if ((wait)) && [[ -z $udp ]]; then
  trap 'lost "Connection timed out"' ALRM
  ( read -r -t "$wait" _ 7<> <(:) <&7; kill -ALRM $$ ) >/dev/null 2>&1 &
  timer=$!
fi
{ exec 3<>"/dev/$protocol/$address/$port"; } 2>&5
status=$?
[[ -n $timer ]] && { kill "$timer"; wait "$timer"; trap - ALRM; } 2>/dev/null
if ((status)); then
  said=
  while read -r -t 0.1 line <&5; do said=$line; done
  lost "\${said##*: }"
fi

if [[ -n $zero && -n $udp ]]; then
  # Two datagrams: the second fails where the first was refused.
  printf x >&3
  sleep "$((wait ? wait : 1))"
  said=$(printf x 2>&1 >&3) || lost "\${said##*: }"
fi
[[ -n $zero ]] && { opened; exit 0; }

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
