export interface SetAsideLimits {
  /** Keys that are waited for at once, each on a connection of its own. */
  readonly keysMax: number;
  /** Units that wait for any of them. */
  readonly unitsMax: number;
}

/** What became of a unit that was tried alone. */
export type LoneOutcome = 'through' | 'still-held';

export interface SetAsideCalls<Member> {
  /** Runs the unit in a transaction of its own. Never rejects; with `through` the member has its outcome. */
  tryAlone(member: Member): Promise<LoneOutcome>;
  /** What they wait for is free again: they may join a group. */
  giveBack(members: readonly Member[]): void;
  isOverdue(member: Member): boolean;
  refuse(member: Member, reason: 'too-many' | 'overdue' | 'closing'): void;
}

/**
 * Units that want a row which a session outside of this committer has locked. They wait for it here, so that nobody else
 * waits with them: for each key one unit is tried alone, and the others wait behind it in order.
 */
export class UnitsSetAside<Member> {
  private readonly waiting = new Map<string, Member[]>();
  /** Keys that nobody is tried for at the moment, in the order of their turns. */
  private turns: string[] = [];
  private trying = 0;
  private closed = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly limits: SetAsideLimits,
    private readonly calls: SetAsideCalls<Member>,
  ) {}

  get count(): number {
    return [...this.waiting.values()].reduce((sum, members) => sum + members.length, this.trying);
  }

  has(key: string): boolean {
    return this.waiting.has(key);
  }

  add(key: string, member: Member): void {
    if (this.closed) return this.calls.refuse(member, 'closing');
    if (this.count >= this.limits.unitsMax) return this.calls.refuse(member, 'too-many');
    const members = this.waiting.get(key);
    if (members) {
      members.push(member);
      return;
    }
    this.waiting.set(key, [member]);
    this.turns.push(key);
    this.takeTurns();
  }

  /** Refuses those that wait, and resolves when those that are being tried have their outcome. */
  async close(): Promise<void> {
    this.closed = true;
    for (const members of this.waiting.values()) {
      for (const member of members.splice(0)) this.calls.refuse(member, 'closing');
    }
    if (this.trying > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  private takeTurns(): void {
    while (this.trying < this.limits.keysMax && this.turns.length > 0) {
      this.trying += 1;
      void this.takeTurn(this.turns.shift()!).finally(() => {
        this.trying -= 1;
        if (this.trying === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
        this.takeTurns();
      });
    }
  }

  /** One try for the first who waits for the key; then it is other keys' turn. */
  private async takeTurn(key: string): Promise<void> {
    const members = this.waiting.get(key)!;
    const first = members.shift();
    const outcome = first ? await this.calls.tryAlone(first) : 'through';
    if (outcome === 'through') {
      this.waiting.delete(key);
      this.calls.giveBack(members);
      return;
    }
    if (this.closed) this.calls.refuse(first!, 'closing');
    else members.unshift(first!);
    this.refuseOverdue();
    if (members.length > 0) this.turns.push(key);
    else this.waiting.delete(key);
  }

  private refuseOverdue(): void {
    for (const [key, members] of this.waiting) {
      const inTime = members.filter((member) => !this.calls.isOverdue(member));
      if (inTime.length === members.length) continue;
      for (const member of members) if (this.calls.isOverdue(member)) this.calls.refuse(member, 'overdue');
      members.splice(0, members.length, ...inTime);
      if (members.length === 0 && this.turns.includes(key)) {
        this.turns = this.turns.filter((other) => other !== key);
        this.waiting.delete(key);
      }
    }
  }
}
