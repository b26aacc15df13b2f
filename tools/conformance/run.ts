import { OrchestratorStub, type Timeouts } from './orchestrator-stub.js';
import { inventoryDuties, paymentDuties } from './duties.js';
import { DutyBroken, type Duty } from './duty.js';
import { InventoryUnderTest, type KnownStock } from './inventory/inventory-under-test.js';
import type { ParticipantUnderTest } from './participant-under-test.js';
import { PaymentUnderTest, type PaymentGiven } from './payment/payment-under-test.js';
import { CannotRun, type OrderSide } from './order-side.js';
import type { Reply } from './reply.js';

export interface RunOptions {
  readonly timeouts: Timeouts;
  /** Names of duties; default all. */
  readonly only?: readonly string[];
  /** Kills the participant and starts it again. Without it, duties about that are left out. */
  readonly restart?: () => Promise<void>;
  /** How long the participant may take until it answers again. */
  readonly restartSeconds: number;
  readonly participant:
    | ({ readonly queue: 'inventory.commands' } & KnownStock)
    | ({ readonly queue: 'payment.commands' } & PaymentGiven);
}

/** The result of checking a duty. */
export interface Finding {
  readonly name: string;
  readonly sentence: string;
  /**
   * `not-done`: an optional duty; it does not count as failed. `not-looked-at`: an option is not given, or a duty through
   * which it looks is not done. `not-reached`: the participant had stopped answering; it counts as failed.
   */
  readonly outcome: 'passed' | 'failed' | 'not-done' | 'not-looked-at' | 'not-reached';
  readonly seconds: number;
  readonly expected?: string;
  readonly came?: string;
  /** Nothing came at all. */
  readonly silence?: boolean;
  /** What was sent and received, message by message; only of a duty that failed or is not done. */
  readonly transcript?: readonly string[];
}

/** Only the last messages of a failure's transcript are kept. */
const maxLines = 12;

/**
 * Tests the participant behind a queue, one duty after the other.
 * @param found is told of each duty once it has been checked.
 * @throws CannotRun when it cannot even begin: no broker, nobody reads, a name that no duty has.
 */
export async function runConformance(
  options: RunOptions,
  connect: (onReply: (reply: Reply) => void) => Promise<OrderSide>,
  found: (finding: Finding) => void = () => undefined,
): Promise<readonly Finding[]> {
  const { participant, timeouts } = options;
  const orchestrator = await OrchestratorStub.open(connect, timeouts);
  try {
    if ((await orchestrator.readers()) === 0) throw new CannotRun(`Nobody reads ${participant.queue}.`);
    const hasOwnParkingLot = await orchestrator.hasOwnParkingLot();
    const { restart, restartSeconds } = options;
    const context = { orchestrator, hasOwnParkingLot, restart, restartSeconds };
    const told = { only: options.only, found };
    return participant.queue === 'inventory.commands'
      ? await checkAll(new InventoryUnderTest(context, participant), inventoryDuties, told)
      : await checkAll(new PaymentUnderTest(context, participant), paymentDuties, told);
  } finally {
    await orchestrator.close();
  }
}

interface Wanted {
  readonly only: readonly string[] | undefined;
  readonly found: (finding: Finding) => void;
}

async function checkAll<Participant extends ParticipantUnderTest>(
  participant: Participant,
  all: readonly Duty<Participant>[],
  { only, found }: Wanted,
): Promise<Finding[]> {
  const unknown = only?.find((name) => !all.some((duty) => duty.name === name));
  if (unknown !== undefined) {
    throw new CannotRun(
      `No duty is called ${unknown}. There are: ${all.map(({ name }) => name).join(', ')}.`,
    );
  }
  const findings: Finding[] = [];
  let gone = false;
  for (const duty of all.filter(({ name }) => only?.includes(name) ?? true)) {
    participant.orchestrator.beginDuty(duty.name);
    const finding: Finding = gone ? notReached(duty) : await checkOne(participant, duty);
    if (hasFailed(finding) || finding.outcome === 'not-done') participant.notDone.add(duty.name);
    findings.push(finding);
    found(finding);
    // One that did not answer a command may be busy or dead: to time out on every other duty would take minutes.
    gone ||= finding.silence === true && !(await answersAtAll(participant));
  }
  return findings;
}

async function checkOne<Participant extends ParticipantUnderTest>(
  participant: Participant,
  duty: Duty<Participant>,
): Promise<Finding> {
  const { name, sentence } = duty;
  const { orchestrator } = participant;
  const began = performance.now();
  const seconds = (): number => Math.round(performance.now() - began) / 1000;
  const missing =
    duty.unless?.(participant) ?? duty.standsOn?.find((other) => participant.notDone.has(other));
  if (missing !== undefined) {
    return { name, sentence, outcome: 'not-looked-at', seconds: 0, expected: missing };
  }
  try {
    await participant.prepare();
    orchestrator.takeTranscript();
    await duty.check(participant);
    return { name, sentence, outcome: 'passed', seconds: seconds() };
  } catch (error) {
    if (!(error instanceof DutyBroken)) throw error;
    const { expected, came, silence } = error;
    const transcript = orchestrator.takeTranscript().slice(-maxLines);
    const outcome = duty.optional ? 'not-done' : 'failed';
    return { name, sentence, outcome, seconds: seconds(), expected, came, transcript, silence };
  } finally {
    await participant.tidy();
  }
}

const answersAtAll = (participant: ParticipantUnderTest): Promise<boolean> =>
  participant.goesOn().then(
    () => true,
    () => false,
  );

const notReached = <On>({ name, sentence }: Duty<On>): Finding => ({
  name,
  sentence,
  outcome: 'not-reached',
  seconds: 0,
});

export const hasFailed = ({ outcome }: Finding): boolean => outcome === 'failed' || outcome === 'not-reached';
