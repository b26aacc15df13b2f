/** Oldest first. What happened in the same millisecond stays in the order in which it is given (sorting is stable). */
export const byTime = (a: { readonly at: string }, b: { readonly at: string }): number =>
  Date.parse(a.at) - Date.parse(b.at);
