/** `pilot-agent request METHOD PATH [BODY]` for the shell of the container istio-proxy: asks the proxy's admin interface. Source: istio pilot/cmd/pilot-agent, pilot/pkg/request. */
export const pilotAgentScript: string = String.raw`#!/bin/bash
die() { printf 'Error: %s\n' "$1" >&2; exit 1; }

port=15000
words=()
while (($# > 0)); do
  case "$1" in
    --debug-port=*) port="${'$'}{1#*=}" ;;
    --debug-port) port="$2"; shift ;;
    *) words+=("$1") ;;
  esac
  shift
done

name="${'$'}{words[0]}"
[[ $name == request ]] || die "unknown command \"$name\" for \"pilot-agent\"; the lab's pilot-agent has: request"
count=$((${'$'}{#words[@]} - 1))
((count >= 2)) || die "requires at least 2 arg(s), only received $count"
case "$port" in
  15000|15004|15020|15021) ;;
  *) die "debug port $port is not in allowed list [15000 15004 15020 15021]" ;;
esac

method="${'$'}{words[1]}"; path="/${'$'}{words[2]#/}"; body="${'$'}{words[3]}"
{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null ||
  die "$method \"http://localhost:$port$path\": dial tcp 127.0.0.1:$port: connect: connection refused"
LC_ALL=C
printf '%s %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' "$method" "$path" "$port" "${'$'}{#body}" "$body" >&3
read -r _ status _ <&3
chunked=
while IFS= read -r line <&3 && [[ $line != $'\r' ]]; do
  [[ ${'$'}{line,,} == transfer-encoding:*chunked* ]] && chunked=yes
done
answer() {
  if [[ -z $chunked ]]; then cat <&3; return; fi
  while IFS= read -r size <&3 && ((size = 16#${'$'}{size%%[^0-9a-fA-F]*})); do
    head -c "$size" <&3
    read -r _ <&3
  done
}
if ((status > 399 && status != 404)); then
  die "received unsuccessful status code $status: $(answer)"
fi
answer
echo
`;
