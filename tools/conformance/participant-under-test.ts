import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from './command.js';
import type { OrchestratorStub } from './orchestrator-stub.js';
import { listAll, since, type Book, type Range } from './books/listing.js';
import { DutyBroken } from './duty.js';
import type { History } from './history.js';
import { typeOf, type Reply } from './reply.js';
import { cameLine } from './transcript.js';

/** What a run has beside the participant itself. */
export interface RunContext {
  readonly orchestrator: OrchestratorStub;
  /** Nobody else takes messages out of the parking lot. */
  readonly hasOwnParkingLot: boolean;
  /** Kills the participant and starts it again. Undefined: it cannot be done, and the duties about it are left out. */
  readonly restart?: () => Promise<void>;
  /** How long the participant may take, after that, until it answers again. */
  readonly restartSeconds: number;
}

/** A book of the participant, as the duties that all participants share look at it. */
export interface KeyedBook<Item extends { readonly madeAt: string } = { readonly madeAt: string }> {
  readonly book: Book<Item>;
  /** The reservation or payment that an item is about. */
  readonly keyOf: (item: Item) => string;
}

export const keyed = <Item extends { readonly madeAt: string }>(
  book: Book<Item>,
  keyOf: (item: Item) => string,
): KeyedBook => ({ book, keyOf }) as unknown as KeyedBook;

/** Of commands that are sent while the participant is killed. */
const gapMs = 10;

/** What the duties that all participants share need of each. */
export abstract class ParticipantUnderTest {
  readonly orchestrator: OrchestratorStub;
  readonly #began = new Date();
  /** Names of the duties that were not done. */
  readonly notDone = new Set<string>();

  constructor(readonly context: RunContext) {
    this.orchestrator = context.orchestrator;
  }

  /** A command without lasting effect that is answered at once and interferes with no other. */
  abstract harmless(): Command;
  /** A command that takes effect, and the answer that it gets. */
  abstract effective(): { readonly command: Command; readonly answer: { readonly type: string } };
  /** Payloads that break the schema of the command that takes effect, by what is wrong with them. */
  abstract broken(): Readonly<Record<string, Command>>;
  /** Commands that are well formed and contradict what was done before, which is done here. They are not sent yet. */
  abstract contradicting(): Promise<readonly Command[]>;
  abstract books(): readonly KeyedBook[];
  /** Compensates a command that took effect. */
  abstract undo(command: Command): Promise<void>;
  /** Compensates all that the last duty has left behind. Never throws. */
  abstract tidy(): Promise<void>;
  /** Establishes what each duty relies on. @throws DutyBroken when that has been lost. */
  abstract prepare(): Promise<void>;

  /** Sends a harmless command: its answer shows that the queue is still consumed. @throws DutyBroken */
  async goesOn(withinSeconds?: number): Promise<void> {
    const command = this.harmless();
    await this.orchestrator.post(command);
    await this.orchestrator.answer(command, 1, withinSeconds).catch((error: unknown) => {
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

  /** Kills the participant, starts it again, and waits until it answers. @throws DutyBroken, CannotRun */
  async restart(): Promise<void> {
    await this.context.restart?.();
    await this.goesOn(this.context.restartSeconds);
  }

  /**
   * Kills the participant with commands in hand, some of which have had their effect and not their answer: they are sent
   * all the while, as nobody can see from outside when that is.
   */
  async restartUnderLoad<Asked extends Command>(make: () => Asked, maxCommands: number): Promise<Asked[]> {
    const commands: Asked[] = [];
    let isBack = false;
    const restarting = this.restart().finally(() => (isBack = true));
    // Told by the end, whatever it comes to meanwhile.
    restarting.catch(() => undefined);
    while (!isBack && commands.length < maxCommands) {
      const asked = make();
      commands.push(asked);
      await this.orchestrator.post(asked);
      await pause(gapMs);
    }
    await restarting;
    return commands;
  }

  /** All items of a book that were made since the run began, or in the range. @throws DutyBroken */
  list<Item>(book: Book<Item>, range: Range = since(this.#began)): Promise<Item[]> {
    return listAll(book, range, async (asked) => {
      await this.orchestrator.post(asked);
      return this.orchestrator.answer(asked);
    });
  }

  /** The same, or nothing where the book is not told of as it should: that is a duty of its own. */
  async listIfTold<Item>(book: Book<Item>): Promise<readonly Item[]> {
    return this.list(book).catch((error: unknown) => {
      if (!(error instanceof DutyBroken)) throw error;
      return [];
    });
  }

  /** What was asked and answered in this run, but for what a duty has complained of already. */
  histories(): readonly History[] {
    return this.orchestrator.histories(this.notDone);
  }

  /** Sends compensations, and waits a moment for each: a participant that does not answer has failed a duty by now. */
  protected async settled(commands: readonly Command[]): Promise<void> {
    const { quietSeconds } = this.orchestrator.timeouts;
    for (const asked of commands) await this.orchestrator.post(asked);
    await Promise.allSettled(commands.map((asked) => this.orchestrator.answer(asked, 1, quietSeconds)));
  }
}
