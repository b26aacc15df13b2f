import type { HeldRow } from './group.js';

export interface SetAsideLimits {
  /** Rows that are waited for at once, each on a connection of its own. */
  readonly maxRows: number;
  /** Units that wait for any of them. */
  readonly maxUnits: number;
}

/** What became of a unit that was tried alone. */
export type LoneOutcome = 'through' | 'still-held';

export interface SetAsideCalls<Member> {
  /** Waits a while until the row is free. @returns false when it is not. Never rejects. */
  comesFree(row: HeldRow): Promise<boolean>;
  /** Runs the unit in a transaction of its own. Never rejects; with `through` the member has its outcome. */
  tryAlone(member: Member): Promise<LoneOutcome>;
  /** What they wait for is free again: they may join a group. */
  giveBack(members: readonly Member[]): void;
  isOverdue(member: Member): boolean;
  /** A line has begun; see {@link Line.row}. */
  began(row: HeldRow | undefined): void;
  refuse(member: Member, reason: 'too-many' | 'overdue' | 'closing'): void;
}

/** Units that wait for the same row. */
interface Line<Member> {
  readonly name: string;
  /** Undefined when it is not known which it is; then there is one member, and it is tried. */
  readonly row: HeldRow | undefined;
  readonly members: Member[];
}

/**
 * Units that want a row which a session outside of this committer has locked. They wait for it here, holding nothing, so
 * that nobody else waits with them or for them.
 */
export class UnitsSetAside<Member> {
  private readonly lines = new Map<string, Line<Member>>();
  /** Lines that nothing is done for at the moment, in the order of their turns. */
  private idleLines: Line<Member>[] = [];
  private waitsUnderWay = 0;
  private triedAlone = 0;
  private lastUnknown = 0;
  private closed = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly limits: SetAsideLimits,
    private readonly calls: SetAsideCalls<Member>,
  ) {}

  get count(): number {
    return [...this.lines.values()].reduce((sum, { members }) => sum + members.length, this.triedAlone);
  }

  /** @param name of a row. */
  has(name: string): boolean {
    return this.lines.has(name);
  }

  /** @param row undefined when it is not known what the member waits for: then nobody else is to wait behind it. */
  add(row: HeldRow | undefined, member: Member): void {
    if (this.closed) return this.calls.refuse(member, 'closing');
    if (this.count >= this.limits.maxUnits) return this.calls.refuse(member, 'too-many');
    const name = row?.name ?? `unknown ${++this.lastUnknown}`;
    const line = this.lines.get(name);
    if (line) {
      line.members.push(member);
      return;
    }
    const begun = { name, row, members: [member] };
    this.lines.set(name, begun);
    this.idleLines.push(begun);
    this.calls.began(row);
    this.waitFors();
  }

  /** Refuses those that wait, and resolves when nothing is done for any of them any more. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { members } of this.lines.values()) {
      for (const member of members.splice(0)) this.calls.refuse(member, 'closing');
    }
    if (this.waitsUnderWay > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private waitFors(): void {
    while (this.waitsUnderWay < this.limits.maxRows && this.idleLines.length > 0) {
      this.waitsUnderWay += 1;
      void this.waitFor(this.idleLines.shift()!).finally(() => {
        this.waitsUnderWay -= 1;
        if (this.waitsUnderWay === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
        this.waitFors();
      });
    }
  }

  /** One wait for what the line is about; then it is other lines' turn. */
  private async waitFor(line: Line<Member>): Promise<void> {
    const isFree = line.row ? await this.calls.comesFree(line.row) : await this.tryFirst(line);
    if (isFree) {
      this.lines.delete(line.name);
      this.calls.giveBack(line.members);
      return;
    }
    this.refuseOverdue();
    if (line.members.length > 0) this.idleLines.push(line);
    else this.lines.delete(line.name);
  }

  private async tryFirst({ members }: Line<Member>): Promise<boolean> {
    const first = members.shift();
    if (!first) return true;
    this.triedAlone += 1;
    const outcome = await this.calls.tryAlone(first);
    this.triedAlone -= 1;
    if (outcome === 'through') return true;
    if (this.closed) this.calls.refuse(first, 'closing');
    else members.unshift(first);
    return false;
  }

  private refuseOverdue(): void {
    for (const { members } of this.lines.values()) {
      const overdue = members.filter((member) => this.calls.isOverdue(member));
      if (overdue.length === 0) continue;
      members.splice(0, members.length, ...members.filter((member) => !overdue.includes(member)));
      for (const member of overdue) this.calls.refuse(member, 'overdue');
    }
    for (const line of this.idleLines) if (line.members.length === 0) this.lines.delete(line.name);
    this.idleLines = this.idleLines.filter(({ members }) => members.length > 0);
  }
}
