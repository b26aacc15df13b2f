import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from './command.js';
import type { OrchestratorStub } from './orchestrator-stub.js';
import { DutyBroken } from './duty.js';
import { typeOf, type Reply } from './reply.js';
import { cameLine } from './transcript.js';

/** What the duties that all participants share need of each. */
export abstract class ParticipantUnderTest {
  constructor(readonly orchestrator: OrchestratorStub) {}

  /** A command without lasting effect that is answered at once and interferes with no other. */
  abstract harmless(): Command;
  /** A command that takes effect, and the answer that it gets. */
  abstract effective(): { readonly command: Command; readonly answer: { readonly type: string } };
  /** Payloads that break the schema of the command that takes effect, by what is wrong with them. */
  abstract broken(): Readonly<Record<string, Command>>;
  /** Compensates a command that took effect. */
  abstract undo(command: Command): Promise<void>;
  /** Compensates all that the last duty has left behind. Never throws. */
  abstract tidy(): Promise<void>;
  /** Establishes what each duty relies on. @throws DutyBroken when that has been lost. */
  abstract prepare(): Promise<void>;

  /** Sends a harmless command: its answer shows that the queue is still consumed. @throws DutyBroken */
  async goesOn(): Promise<void> {
    const command = this.harmless();
    await this.orchestrator.post(command);
    await this.orchestrator.answer(command).catch((error: unknown) => {
      if (!(error instanceof DutyBroken)) throw error;
      throw new DutyBroken('the queue to go on, and the next command to be answered', error.came, true);
    });
  }

  /**
   * Asserts that the commands are not answered before one that was sent after them is, nor for a moment after that.
   * @param forbidden the types that must not come; default: any. @throws DutyBroken
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

  /** Sends compensations, and waits a moment for each: a participant that does not answer has failed a duty by now. */
  protected async settled(commands: readonly Command[]): Promise<void> {
    const { quietSeconds } = this.orchestrator.timeouts;
    for (const asked of commands) await this.orchestrator.post(asked);
    await Promise.allSettled(commands.map((asked) => this.orchestrator.answer(asked, 1, quietSeconds)));
  }
}
