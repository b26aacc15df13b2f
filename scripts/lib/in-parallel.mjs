/**
 * Works off tasks, at most `width` at a time, in their order.
 *
 * @template T, R
 * @param {readonly T[]} tasks
 * @param {number} width
 * @param {(task: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the tasks' order
 */
export async function inParallel(tasks, width, work) {
  const results = new Array(tasks.length);
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await work(tasks[index]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
