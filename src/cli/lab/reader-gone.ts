/** Calls back when nobody reads standard output any more (`| head`): what would never end has no reason to go on. Gives back how to stop listening. */
export function onReaderGone(listener: () => void): () => void {
  const heard = ({ code }: NodeJS.ErrnoException): void => {
    if (code === 'EPIPE') listener();
  };
  process.stdout.on('error', heard);
  return () => void process.stdout.off('error', heard);
}
