import type { ContainerContext } from '../../node/index.ts';

/** Logs as Go's `log` package does: date and time before the text, on stderr. */
export function goLog({ log }: ContainerContext): (text: string) => void {
  return (text) => log(`${goTime(new Date())} ${text}`, 'stderr');
}

function goTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  return `${date.replaceAll('-', '/')} ${clock.slice(0, 8)}`;
}
