import { closeSync, openSync, readSync, statSync } from 'node:fs';

const everyMs = 300;
const linesPerRead = 5;

/**
 * Follows a service's log file and passes on what a person has to know: warnings and errors. A burst is cut short, the
 * file has it all.
 *
 * @param {string} file
 * @param {(text: string) => void} say
 * @returns {() => void} ends it
 */
export function followLog(file, say) {
  let offset = 0;
  let rest = '';
  const read = () => {
    const text = rest + newText();
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    const worth = lines.map(warningIn).filter((line) => line !== null);
    for (const line of worth.slice(0, linesPerRead)) say(line);
    if (worth.length > linesPerRead) say(`… and ${worth.length - linesPerRead} more lines in ${file}`);
  };
  const newText = () => {
    let size;
    try {
      size = statSync(file).size;
    } catch {
      return '';
    }
    if (size < offset) offset = 0; // a new file
    if (size === offset) return '';
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(Math.min(size - offset, 1024 * 1024));
      offset += readSync(descriptor, bytes, 0, bytes.length, offset);
      return bytes.toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  };
  const timer = setInterval(read, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    read();
  };
}

/**
 * @param {string} line of a log, JSON or plain
 * @returns {string | null} what to show of it; null for what is not a warning or an error
 */
export function warningIn(line) {
  if (!line.startsWith('{')) {
    return /^\s*(\w+Error|Error): |\b(warn|error|fatal)\b|Warning: /i.test(line) ? line : null;
  }
  try {
    const { level, service, component, message } = JSON.parse(line);
    if (level !== 'warn' && level !== 'error') return null;
    return [service, component && `[${component}]`, `${level}:`, message].filter(Boolean).join(' ');
  } catch {
    return null;
  }
}
