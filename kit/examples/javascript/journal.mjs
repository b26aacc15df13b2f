import { fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * What a participant has decided on, one command a line, with the time that it was decided by. Rules that depend on
 * nothing else come to the same state when they are given all of it again.
 */
export function openJournal(file) {
  const before = readable(file);
  const descriptor = openSync(file, 'a');
  return {
    entries: before,
    /** What has been added is there after a crash. */
    add(entry) {
      // The line break comes first: it ends a line that a crash cut off.
      writeSync(descriptor, `\n${JSON.stringify(entry)}`);
      fdatasyncSync(descriptor);
    },
  };
}

function readable(file) {
  try {
    return readFileSync(file, 'utf8').split('\n').flatMap(parsed);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A line that was cut off was not answered: its command comes again. */
function parsed(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
