/** Why a saga rolled back. `code` is stable and public (it ends up in the order), `detail` is a sentence for people. */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  readonly detail: string | null;
}

/** What a definition says of a roll-back, said about one saga and one answer. */
export function reasonOf<Data, Reply>(
  rollBack: {
    readonly code: string | ((reply: Reply, data: Data) => string);
    readonly detail?: (reply: Reply, data: Data) => string;
  },
  data: Data,
  reply: Reply,
): Reason {
  const { code, detail } = rollBack;
  return {
    code: typeof code === 'function' ? code(reply, data) : code,
    detail: detail?.(reply, data) ?? null,
  };
}
