import type { Terminal } from '../terminal.ts';

/** What is under way, told to who waits for it. */
export interface Progress {
  /** What happens now; the same again is told once. */
  readonly say: (text: string) => void;
  /** Takes it off the terminal again. */
  readonly end: () => void;
}

/** Shorter work needs no words. */
const patienceMilliseconds = 1000;
const frameMilliseconds = 120;
const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

/** Tells of what takes longer than a second, on standard error: on a terminal as one line that changes, elsewhere as plain lines. */
export function openProgress(terminal: Terminal): Progress {
  return terminal.isTerminal.warn && terminal.env.TERM !== 'dumb'
    ? movingLine(terminal)
    : plainLines(terminal);
}

function movingLine(terminal: Terminal): Progress {
  let current = '';
  let frame = 0;
  let drawn = false;
  const started = Date.now();
  const draw = (): void => {
    if (current === '' || Date.now() - started < patienceMilliseconds) return;
    drawn = true;
    frame = (frame + 1) % frames.length;
    const seconds = Math.floor((Date.now() - started) / 1000);
    const line = `${frames[frame]} ${current} (${seconds} s)`;
    terminal.warn(`\r\u001b[K${line.slice(0, (terminal.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, frameMilliseconds);
  timer.unref();
  return {
    say: (text) => {
      current = text;
    },
    end: () => {
      clearInterval(timer);
      if (drawn) terminal.warn('\r\u001b[K');
      drawn = false;
    },
  };
}

/** A line for what is under way when the first second is over, then one for each new text, at most one a second. */
function plainLines(terminal: Terminal): Progress {
  let current = '';
  let told = '';
  const timer = setInterval(() => {
    if (current === told) return;
    told = current;
    terminal.warn(`${current}\n`);
  }, patienceMilliseconds);
  timer.unref();
  return {
    say: (text) => {
      current = text;
    },
    end: () => clearInterval(timer),
  };
}
