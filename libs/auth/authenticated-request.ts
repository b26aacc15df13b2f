import type { Caller } from '#libs/kernel/caller.js';

const callers = new WeakMap<object, Caller>();

/** Kept beside the request and not on it, so that nothing that a client sends can look like it. */
export const rememberCaller = (request: object, caller: Caller): void => void callers.set(request, caller);

/** Who the guard found behind this request; undefined on a public route. */
export const callerOfRequest = (request: object): Caller | undefined => callers.get(request);
