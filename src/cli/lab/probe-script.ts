/**
 * Sends a few bytes by bash's own sockets and tells what came of it: `bash -c SCRIPT ADDRESS PORT PROTOCOL SECONDS`. It prints one word: `answered`, `silent` (connected, and nothing came back),
 * `closed` (connected, and closed without a byte), `refused`, `timeout`. A DNS server is asked a DNS question, anybody else gets a line that every server of HTTP answers.
 */
export const probeScript: string = String.raw`
address=$0 port=$1 protocol=$2 limit=$3
question='\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00\x00\x01\x00\x01'
send() {
  if [[ $port == 53 && $protocol == TCP ]]; then printf '\x00\x36'"$question"
  elif [[ $port == 53 ]]; then printf "$question"
  elif [[ $protocol == UDP ]]; then printf 'hostname\n'
  else printf 'GET / HTTP/1.0\r\n\r\n'; fi
}
export -f send; export address port protocol limit question
work='
  kind=$(printf %s "$protocol" | tr A-Z a-z)
  exec 3<>"/dev/$kind/$address/$port" || exit 10
  echo connected
  send >&3 || exit 11
  LC_ALL=C IFS= read -r -d "" -n 1 -t "$limit" -u 3 byte
  status=$?
  if ((status == 0)); then exit 0; elif ((status > 128)); then exit 12; else exit 13; fi'
said=$(timeout "$limit" bash -c "$work" 2>&1)
status=$?
case "$status" in
  0) echo answered ;;
  12) echo silent ;;
  11 | 13) echo closed ;;
  124) [[ $said == *connected* ]] && echo silent || echo timeout ;;
  *) case "$said" in *refused*) echo refused ;; *) echo "$said" ;; esac ;;
esac
`;
