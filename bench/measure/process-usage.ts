import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Bytes that it caused to be written to disk so far. */
  readonly writtenBytes: number;
}

/** Of Linux's interface to user space, whatever the kernel's own clock does. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** What a process has used, by /proc; undefined where there is none, or no such process any more. */
export function readUsage(pid: number): ProcessUsage | undefined {
  try {
    return parseUsage(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync(`/proc/${pid}/io`, 'utf8'));
  } catch {
    return undefined;
  }
}

export function parseUsage(stat: string, io: string): ProcessUsage {
  // The name in parentheses may contain spaces: fields count from after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks, rssPages] = [fields[11], fields[12], fields[21]].map(Number);
  return {
    cpuSeconds: (userTicks! + systemTicks!) / ticksPerSecond,
    rssBytes: rssPages! * pageBytes,
    writtenBytes: Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? 0),
  };
}
