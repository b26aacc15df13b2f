import type { Patience } from './patience.js';

/**
 * What a saga does about an answer. `remember` gives the data that the saga goes on with; `act` what is to happen to
 * the thing that the saga is about. Both are pure, and may throw a Defect about an answer that cannot be true.
 */
interface Consequences<Data, Act, Reply> {
  readonly remember?: (data: Data, reply: Reply) => Data;
  readonly act?: (data: Data, reply: Reply) => Act;
}

/** The step is done. */
export interface GoOn<Data, Act, Reply> extends Consequences<Data, Act, Reply> {
  readonly kind: 'go-on';
}

/** The participant refused: it did nothing and never will. What was done before is undone, newest first. */
export interface RollBack<Data, Act, Reply, Code extends string> extends Consequences<Data, Act, Reply> {
  readonly kind: 'roll-back';
  readonly code: Code | ((reply: Reply, data: Data) => Code);
  readonly detail?: (reply: Reply, data: Data) => string;
}

/** The participant has the command and will answer later: from now on this patience applies, once per attempt. */
export interface KeepWaiting {
  readonly kind: 'keep-waiting';
  readonly patience: Patience;
}

/** The compensation is done, or there was nothing to undo. */
export interface Compensated<Data, Act, Reply> extends Consequences<Data, Act, Reply> {
  readonly kind: 'compensated';
}

export const goOn = <Data, Act, Reply>(
  consequences: Consequences<Data, Act, Reply> = {},
): GoOn<Data, Act, Reply> => ({ kind: 'go-on', ...consequences });

export const rollBack = <Data, Act, Reply, const Code extends string>(
  code: RollBack<Data, Act, Reply, Code>['code'],
  consequences: Omit<RollBack<Data, Act, Reply, Code>, 'kind' | 'code'> = {},
): RollBack<Data, Act, Reply, Code> => ({ kind: 'roll-back', code, ...consequences });

export const keepWaiting = (patience: Patience): KeepWaiting => ({ kind: 'keep-waiting', patience });

export const compensated = <Data, Act, Reply>(
  consequences: Consequences<Data, Act, Reply> = {},
): Compensated<Data, Act, Reply> => ({ kind: 'compensated', ...consequences });
