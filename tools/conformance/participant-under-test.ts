import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from './command.js';
import type { OrchestratorStub } from './orchestrator-stub.js';
import { DutyBroken } from './duty.js';
import { typeOf, type Reply } from './reply.js';
import { cameLine } from './transcript.js';

/** What the duties that every participant has need of one, whatever it does. */
export abstract class ParticipantUnderTest {
  constructor(readonly orchestrator: OrchestratorStub) {}

  /** A command that moves nothing for good, is answered at once, and means nothing to any other. */
  abstract harmless(): Command;
  /** A command that takes effect, and the answer that it gets. */
  abstract effective(): { readonly command: Command; readonly answer: { readonly type: string } };
  /** Payloads that break the schema of the command that takes effect, by what is wrong with them. */
  abstract broken(): Readonly<Record<string, Command>>;
  /** Gives back what is held for a command that took effect, so that nothing of it is there any more. */
  abstract undo(command: Command): Promise<void>;
  /** Gives back all that the duty just looked at has left behind. Never throws. */
  abstract tidy(): Promise<void>;
  /** What a duty may rely on. @throws DutyBroken when that is not there any more. */
  abstract prepare(): Promise<void>;

  /** Asks something harmless: the answer shows that the queue goes on. @throws DutyBroken */
  async goesOn(): Promise<void> {
    const command = this.harmless();
    await this.orchestrator.post(command);
    await this.orchestrator.answer(command).catch((error: unknown) => {
      if (!(error instanceof DutyBroken)) throw error;
      throw new DutyBroken('the queue to go on, and the next command to be answered', error.came, true);
    });
  }

  /**
   * No answer came to the commands until another one was answered that was sent behind them, and for a moment more.
   * @param forbidden only these answers are. @throws DutyBroken
   */
  async staysUnanswered(
    commands: readonly Command[],
    ...forbidden: readonly { readonly type: string }[]
  ): Promise<void> {
    await this.goesOn();
    await pause(this.orchestrator.timeouts.quietSeconds * 1000);
    const isForbidden = (reply: Reply): boolean =>
      forbidden.length === 0 || forbidden.some(({ type }) => type === typeOf(reply));
    const wrong = commands.flatMap((command) => this.orchestrator.answers(command)).find(isForbidden);
    if (!wrong) return;
    const names = forbidden.map(({ type }) => type).join(' or ');
    throw new DutyBroken(names === '' ? 'no answer' : `no ${names}`, cameLine(wrong));
  }

  /** Sends commands that give things back, and waits a moment for each: who does not answer has failed a duty by now. */
  protected async settled(commands: readonly Command[]): Promise<void> {
    const { quietSeconds } = this.orchestrator.timeouts;
    for (const asked of commands) await this.orchestrator.post(asked);
    await Promise.allSettled(commands.map((asked) => this.orchestrator.answer(asked, 1, quietSeconds)));
  }
}
