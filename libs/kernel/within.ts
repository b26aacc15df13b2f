/**
 * What `work` comes to, or what `late` says, once so many milliseconds have passed. The work itself goes on then, and what
 * becomes of it is nobody's business any more. Without any time it is not begun: a timer of 0 ms would lose to quick work.
 */
export async function within<Result>(
  milliseconds: number,
  work: () => Result | Promise<Result>,
  late: () => Result,
): Promise<Result> {
  if (milliseconds <= 0) return late();
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), passed.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
