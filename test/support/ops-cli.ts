import { execFile } from 'node:child_process';
import path from 'node:path';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const script = path.resolve(import.meta.dirname, '../../scripts/ops.mjs');

/** `npm run ops -- ...` as a process of its own, the way an operator or another program runs it. */
export class OpsCli {
  constructor(
    private readonly orderUrl: string,
    private readonly token: string,
  ) {}

  run(...args: readonly string[]): Promise<CliResult> {
    const env = { PATH: process.env['PATH'], ORDER_URL: this.orderUrl, OPS_TOKEN: this.token };
    return new Promise((resolve, reject) => {
      const child = execFile(
        process.execPath,
        [script, ...args],
        { env, timeout: 60_000 },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(error);
          else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  }

  /** What `--json` shows. @throws when the command did not end with 0. */
  async json<Shown>(...args: readonly string[]): Promise<Shown> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Shown;
  }
}
