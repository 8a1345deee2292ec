import { notFound, type TextHandler } from './text-server.ts';

/** `/healthz/ready` at 15021, and at the agent's port 15020. */
export function healthHandler(isReady: () => boolean | Promise<boolean>): TextHandler {
  return async ({ url }) => {
    if (url.pathname !== '/healthz/ready') return notFound;
    return (await isReady())
      ? { status: 200, text: '' }
      : { status: 503, text: 'Envoy proxy is NOT ready\n' };
  };
}
