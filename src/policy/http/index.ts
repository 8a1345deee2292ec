export { normalizePath } from './normalize-path.ts';
export { receiveRequest } from './receive.ts';
export { codecError, httpMethods, isBadRequest, looksLikeHttp } from './request-line.ts';
