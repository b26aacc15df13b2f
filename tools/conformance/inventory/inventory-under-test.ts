import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  ReturnStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import type { StockLine } from '#libs/contracts/shapes.js';
import { newId } from '#libs/kernel/ids.js';
import { command, type Command } from '../command.js';
import { books } from '../books/listing.js';
import { owed } from '../duty.js';
import { keyed, ParticipantUnderTest, type RunContext } from '../participant-under-test.js';
import { dataOf, typeOf, type Reply } from '../reply.js';

export interface KnownStock {
  readonly sku: string;
  /** Pieces that can be reserved before the run. */
  readonly stock: number;
}

/** With fewer, duties about quantities cannot be told apart. */
export const minPieces = 3;

/** An inventory as order-service sees it: reservations of one product whose stock is known. */
export class InventoryUnderTest extends ParticipantUnderTest {
  readonly #reservations = new Set<Command>();
  #stock: number;

  constructor(
    context: RunContext,
    private readonly known: KnownStock,
  ) {
    super(context);
    this.#stock = known.stock;
  }

  get sku(): string {
    return this.known.sku;
  }

  /** Pieces that can be reserved when a duty begins. */
  get stock(): number {
    return this.#stock;
  }

  /** A reservation of pieces of the product, or of lines, that nobody has asked for yet. */
  reservation(asked: number | readonly StockLine[]): Command<ReserveStock> {
    const lines = typeof asked === 'number' ? [{ sku: this.sku, quantity: asked }] : [...asked];
    const reservationId = newId();
    const reserve = command(ReserveStock, reservationId, { reservationId, lines });
    this.#reservations.add(reserve);
    return reserve;
  }

  /** A command about a reservation: to release, commit or return it. */
  about(message: MessageType<string, ReleaseStock>, reserve: Command): Command {
    return command(message, reserve.about, { reservationId: reserve.about }, reserve);
  }

  async reserves(asked: number | readonly StockLine[]): Promise<Command<ReserveStock>> {
    const reserve = this.reservation(asked);
    await this.ask(reserve, StockReserved);
    return reserve;
  }

  async isShortOf(asked: number | readonly StockLine[]): Promise<Reply> {
    return this.ask(this.reservation(asked), StockShort);
  }

  async releases(reserve: Command): Promise<Command> {
    const release = this.about(ReleaseStock, reserve);
    await this.ask(release, StockReleased);
    return release;
  }

  async commits(reserve: Command): Promise<Command> {
    const commit = this.about(CommitStock, reserve);
    await this.ask(commit, StockCommitted);
    return commit;
  }

  async returns(reserve: Command): Promise<Command> {
    const giveBack = this.about(ReturnStock, reserve);
    await this.ask(giveBack, StockReturned);
    return giveBack;
  }

  /** Sends a command and asserts its answer. With `nth`, once more, as order-service does when none came. */
  async ask(asked: Command, answer: { readonly type: string }, nth = 1): Promise<Reply> {
    await this.orchestrator.post(asked);
    return this.orchestrator.expect(asked, answer, nth);
  }

  /** Asserts that so many pieces can be reserved and not one more, by reserving them as a customer would. */
  async hasExactly(pieces: number): Promise<void> {
    if (pieces === 0) {
      await this.isShortOf(1);
      return;
    }
    const all = await this.reserves(pieces);
    await this.isShortOf(1);
    await this.releases(all);
  }

  harmless(): Command {
    return this.about(ReleaseStock, this.reservation(1));
  }

  effective() {
    return { command: this.reservation(1), answer: StockReserved };
  }

  async undo(reserve: Command): Promise<void> {
    const release = this.about(ReleaseStock, reserve);
    await this.orchestrator.post(release);
    await this.orchestrator.answer(release);
  }

  broken(): Readonly<Record<string, Command>> {
    const { sku } = this;
    const lines: Readonly<Record<string, unknown>> = {
      'no lines': undefined,
      'an empty list of lines': [],
      'nothing of a product': [{ sku, quantity: 0 }],
      'less than nothing': [{ sku, quantity: -1 }],
      'half a piece': [{ sku, quantity: 1.5 }],
      'a text for a number': [{ sku, quantity: '1' }],
      'no product': [{ quantity: 1 }],
    };
    return Object.fromEntries(
      Object.entries(lines).map(([what, wrong]) => {
        const reserve = this.reservation(1);
        return [what, { ...reserve, data: { reservationId: reserve.about, lines: wrong } }];
      }),
    );
  }

  async contradicting(): Promise<readonly Command[]> {
    const [held, sold] = [await this.reserves(1), await this.reserves(1)];
    await this.commits(sold);
    const other = this.reservation(2);
    return [
      this.about(CommitStock, this.reservation(1)),
      this.about(ReturnStock, held),
      this.about(ReleaseStock, sold),
      { ...other, about: held.about, data: { ...other.data, reservationId: held.about } },
    ];
  }

  books() {
    return [keyed(books.reservations, ({ reservationId }) => reservationId)];
  }

  /** Each duty starts from the stock that there is, whatever those before it have lost or invented. */
  async prepare(): Promise<void> {
    const maxPieces = 1_000_000;
    const tooMany = this.reservation(Math.min(this.known.stock + 1, maxPieces));
    await this.orchestrator.post(tooMany);
    const reply = await this.orchestrator.answer(tooMany);
    const { shortages } = dataOf(reply) as { shortages?: { available?: unknown }[] };
    const left = typeOf(reply) === StockShort.type ? Number(shortages?.[0]?.available) : Number.NaN;
    this.#stock = Number.isInteger(left) && left >= 0 && left <= this.known.stock ? left : this.known.stock;
    const enough = `at least ${minPieces} pieces of ${this.sku} to be there still`;
    owed(this.#stock >= minPieces, enough, `${this.#stock}: duties before have lost the others`);
  }

  async tidy(): Promise<void> {
    const all = [...this.#reservations];
    this.#reservations.clear();
    const commands = all.flatMap((reserve) => {
      const sold = this.orchestrator.wasAsked(CommitStock, reserve.about);
      if (!this.orchestrator.wasAsked(ReserveStock, reserve.about)) return [];
      return [this.about(sold ? ReturnStock : ReleaseStock, reserve)];
    });
    await this.settled(commands);
  }
}
