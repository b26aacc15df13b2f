/** A token that is not good. Why is for the log; the caller learns nothing but 401. */
export class BadToken extends Error {
  override readonly name = 'BadToken';
}
