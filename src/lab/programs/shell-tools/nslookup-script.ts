/**
 * `nslookup` for the shell of a container: asks by bash's own sockets, with the outputs and the exit codes of busybox. As there, `search` counts only for names without a dot, and A and AAAA are
 * asked for. Source: busybox networking/nslookup.c.
 */
export const nslookupScript: string = String.raw`#!/bin/bash
usage() { printf 'Usage: nslookup [-type=TYPE] [-port=PORT] [-timeout=SEC] HOST [SERVER]\n' >&2; exit 1; }
declare -A codes=([A]=1 [NS]=2 [CNAME]=5 [PTR]=12 [TXT]=16 [AAAA]=28 [SRV]=33)
rcodes=(NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE)

port=53 limit=5 types=()
while [[ $1 == -* ]]; do
  value="\${1#*=}"
  case "$1" in
    -ty*=*|-q*=*)
      type="\${codes[\${value^^}]}"
      [[ -n $type ]] || { printf 'nslookup: invalid query type "%s"\n' "$value" >&2; exit 1; }
      types+=("$type") ;;
    -p*=*) port=$value ;;
    -t*=*) limit=$value ;;
    -r*=*|-d*) ;;
    *) usage ;;
  esac
  shift
done
(($# == 1 || $# == 2)) || usage
[[ $port =~ ^[0-9]+$ ]] || { printf "nslookup: invalid number '%s'\n" "$port" >&2; exit 1; }
[[ $limit =~ ^[0-9]+$ ]] || { printf "nslookup: invalid number '%s'\n" "$limit" >&2; exit 1; }

host=$1 servers=() search=()
while read -r key rest; do
  case "$key" in
    nameserver) servers+=("\${rest%% *}") ;;
    search) read -ra search <<<"$rest" ;;
  esac
done </etc/resolv.conf
[[ -n $2 ]] && servers=("$2")
((\${#servers[@]})) || servers=(127.0.0.1)

if [[ \${#types[@]} == 0 && $host =~ ^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$ ]]; then
  types=(12)
  host="\${BASH_REMATCH[4]}.\${BASH_REMATCH[3]}.\${BASH_REMATCH[2]}.\${BASH_REMATCH[1]}.in-addr.arpa"
fi
((\${#types[@]})) || types=(1 28)
names=() asked=()
for type in "\${types[@]}"; do
  if [[ $host == *.* || $type == 12 || \${#search[@]} == 0 ]]; then
    names+=("$host") asked+=("$type")
  else
    for domain in "\${search[@]}"; do names+=("$host.$domain") asked+=("$type"); done
  fi
done

# Sends question number $1 as one datagram: bash's own printf would break it at a line end.
ask() {
  local hex label labels
  printf -v hex '\\x%02x\\x%02x\\x01\\x20\\0\\x01\\0\\0\\0\\0\\0\\0' "$((base >> 8))" "$(((base & 255) + $1))"
  IFS=. read -ra labels <<<"\${names[$1]}"
  for label in "\${labels[@]}"; do
    ((\${#label} && \${#label} < 64)) || continue
    printf -v label '\\x%02x%s' "\${#label}" "\${label//[\\%]/}"
    hex+=$label
  done
  printf -v label '\\0\\0\\x%02x\\0\\x01' "\${asked[$1]}"
  printf "$hex$label" | dd bs=512 iflag=fullblock status=none >&3
}

# Reads the name at byte $1 of the reply into "name"; "after" is where it ends.
name_at() {
  local at=$1 length jumps=0
  name= after=
  while length="\${bytes[at]:-0}"; ((length)); do
    if ((length >= 192)); then
      [[ -n $after ]] || after=$((at + 2))
      at=$(((length & 63) << 8 | bytes[at + 1]))
      ((++jumps > 20)) && return
      continue
    fi
    [[ -n $name ]] && name+=.
    name+=$(text_at $((at + 1)) "$length")
    at=$((at + 1 + length))
  done
  [[ -n $after ]] || after=$((at + 1))
}
text_at() { local octal; printf -v octal '\\%03o' "\${bytes[@]:$1:$2}"; printf "$octal"; }
short_at() { echo $((bytes[$1] << 8 | bytes[$1 + 1])); }

tell() {
  local at i owner type length data group
  ((bytes[2] & 4)) || echo 'Non-authoritative answer:'
  name_at 12
  at=$((after + 4))
  for ((i = $(short_at 6); i > 0; i--)); do
    name_at "$at"
    owner=$name type=$(short_at "$after") length=$(short_at $((after + 8))) data=$((after + 10))
    at=$((data + length))
    case "$type" in
      1) printf 'Name:\t%s\nAddress: %s.%s.%s.%s\n' "$owner" "\${bytes[@]:data:4}" ;;
      28)
        printf -v group ':%x' $(for j in 0 2 4 6 8 10 12 14; do short_at $((data + j)); done)
        printf 'Name:\t%s\nAddress: %s\n' "$owner" "\${group#:}" ;;
      2) name_at "$data"; printf '%s\tnameserver = %s\n' "$owner" "$name" ;;
      5) name_at "$data"; printf '%s\tcanonical name = %s\n' "$owner" "$name" ;;
      12) name_at "$data"; printf '%s\tname = %s\n' "$owner" "$name" ;;
      16) printf '%s\ttext = "%s"\n' "$owner" "$(text_at $((data + 1)) "\${bytes[data]}")" ;;
      33)
        name_at $((data + 6))
        printf '%s\tservice = %s %s %s %s\n' "$owner" "$(short_at "$data")" "$(short_at $((data + 2)))" \
          "$(short_at $((data + 4)))" "$name" ;;
    esac
  done
}

base=$((RANDOM << 1 & 0xff00)) failed=0
query_server() {
  local server=$1 replies=0 waiting=() end=$((SECONDS + limit)) sent=-1 number rcode address
  read -r address _ < <(getent ahosts "$server")
  [[ -n $address ]] || { printf "nslookup: bad address '%s'\n" "$server" >&2; exit 1; }
  { exec 3<>"/dev/udp/$address/$port"; } 2>/dev/null || return 1
  for number in "\${!names[@]}"; do waiting[number]=1; done
  while ((\${#waiting[@]} && SECONDS < end)); do
    if ((sent < 0 || SECONDS - sent >= (limit + 1) / 2)); then
      for number in "\${!waiting[@]}"; do ask "$number" 2>/dev/null || return 1; done
      sent=$SECONDS
    fi
    bytes=($(timeout "$(((limit + 1) / 2))" dd bs=4096 count=1 status=none <&3 2>/dev/null | od -An -v -tu1))
    if ((\${#bytes[@]} < 12)); then
      # Nothing within the time, or a refusal: then the next round need not wait long.
      sleep 0.2
      continue
    fi
    ((replies++)) || printf 'Server:\t\t%s\nAddress:\t%s:%s\n\n' "$server" "$address" "$port"
    number=$((bytes[1]))
    ((bytes[0] == base >> 8)) && [[ -n \${waiting[number]} ]] || continue
    unset "waiting[number]"
    rcode=$((bytes[3] & 15))
    if ((rcode)); then
      printf "** server can't find %s: %s\n" "\${names[number]}" "\${rcodes[rcode]:-$rcode}"
      failed=1
    else
      tell
    fi
    echo
  done
  ((replies))
}

for server in "\${servers[@]}"; do query_server "$server" && exit "$failed"; done
echo ';; connection timed out; no servers could be reached'
echo
exit 1
`.replaceAll('\\${', '${');
