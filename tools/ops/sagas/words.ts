import { oneLine } from '../output.js';
import type { TimelineEntry } from './saga.js';

/** `42 s`, `12 min`, `3 h`, `9 d`: as exact as somebody needs who looks at a list. */
export function ageOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** What went out, what came in, what went wrong, and who stepped in, told apart at a glance. */
const marks: Readonly<Record<string, string>> = {
  asked: '-->',
  retried: '-->',
  compensating: '-->',
  replied: '<--',
  compensated: '<--',
  'deadline-passed': ' ! ',
  'given-up': ' ! ',
  'rolling-back': ' ! ',
  'needs-attention': '!!!',
  operator: ' @ ',
  ignored: ' . ',
};

/** One line an entry: when, by how much later than the one before, and what happened. */
export function sequenceLines(entries: readonly TimelineEntry[]): string[] {
  return entries.map(({ at, kind, text }, index) => {
    const before = entries[index - 1]?.at ?? at;
    const laterMs = new Date(at).getTime() - new Date(before).getTime();
    const later = laterMs === 0 ? '' : `+${(laterMs / 1_000).toFixed(3)}`;
    return `${at}  ${later.padStart(10)}  ${marks[kind] ?? ' * '}  ${oneLine(text)}`;
  });
}
