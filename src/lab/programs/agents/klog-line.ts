/** A line of klog: `I1103 16:23:17.123456       1 file.go:66] text`. */
export function klogLine(text: string, where: string): string {
  const [date = '', clock = ''] = new Date().toISOString().split('T');
  const [, month, day] = date.split('-');
  return `I${month}${day} ${clock.replace('Z', '').padEnd(15, '0')} ${'1'.padStart(7)} ${where}] ${text}`;
}
