/** Longer ones are refused unread; Node takes 16 KiB of headers. */
const maxCharacters = 8192;
const pattern = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token of an Authorization header; null when there is none, or something else. Tokens come no other way. */
export function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > maxCharacters) return null;
  return pattern.exec(authorization)?.[1] ?? null;
}
