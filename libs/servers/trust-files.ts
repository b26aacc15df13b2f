import { readFileSync } from 'node:fs';

/**
 * Files of certificates and keys, read anew for each connection: one that was renewed on disk counts from the next
 * connection on, without a restart. (A connection costs far more than the reading.) One that cannot be read just then, in
 * the middle of being replaced, counts as it was.
 *
 * @param files by the name of the option of node:tls
 * @returns an object whose properties are the files' contents at the moment
 * @throws Error at once when a file cannot be read.
 */
export function trustFiles(files: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined) continue;
    let latest = readFileSync(file, 'utf8');
    const get = (): string => {
      try {
        latest = readFileSync(file, 'utf8') || latest;
      } catch {
        // As it was.
      }
      return latest;
    };
    Object.defineProperty(options, name, { enumerable: true, get });
  }
  return options;
}
