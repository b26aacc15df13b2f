export interface Progress {
  readonly what: string;
  readonly total: number;
}

const width = 30;
const terminalEveryMs = 200;
const logEveryMs = 15_000;

/** How far something long has come: one line that is drawn again in a terminal, a line now and then in a log. */
export class ProgressBar {
  private readonly startedAt = performance.now();
  private shownAt = -Infinity;

  constructor(
    private readonly progress: Progress,
    private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
  }

  show(done: number): void {
    const over = done >= this.progress.total;
    const everyMs = this.stream.isTTY ? terminalEveryMs : logEveryMs;
    if (!over && this.now() - this.shownAt < everyMs) return;
    this.shownAt = this.now();
    const text = progressText(this.progress, done, (this.now() - this.startedAt) / 1000);
    this.stream.write(this.stream.isTTY ? `\r\u001b[K${text}${over ? '\n' : ''}` : `${text}\n`);
  }
}

export function progressText({ what, total }: Progress, done: number, seconds: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * width);
  const perSecond = seconds > 0 ? done / seconds : 0;
  const left = perSecond > 0 ? `, ${Math.ceil((total - done) / perSecond)} s left` : '';
  return (
    `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${number(done)} of ${number(total)} ${what}, ` +
    `${number(perSecond)}/s${share < 1 ? left : `, in ${Math.round(seconds)} s`}`
  );
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
