import type { TcpProxy } from '../../tools/faults/tcp-proxy.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';

export interface AttackedServices {
  readonly services: ServicesUnderTest;
  /** From order-service to its databases. */
  readonly line: TcpProxy;
  /** Folder for what an attacker's process says. */
  readonly logs: string;
}

/** One caller, row or line that would stop the services for all others, if it could. */
export interface Attack {
  readonly name: string;
  begin(on: AttackedServices): Promise<OngoingAttack>;
}

export interface OngoingAttack {
  /** @returns what it has had, for a note. */
  end(): Promise<string>;
}
