/** Why a saga rolled back. `code` is stable and public (it ends up in the order), `detail` is a sentence for people. */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  readonly detail: string | null;
}
