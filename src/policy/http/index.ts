export { type Arrival, receiveRequest } from './receive.ts';
export { type BadRequest, codecError, httpMethods, isBadRequest } from './request-line.ts';
