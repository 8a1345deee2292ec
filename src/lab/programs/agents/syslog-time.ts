const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov  3 16:23:17`: this machine's own time, as syslog writes it. */
export function syslogTime(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${months[time.getMonth()]} ${String(time.getDate()).padStart(2)} ${clock.join(':')}`;
}
