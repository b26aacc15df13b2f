import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { MessageType } from '#libs/contracts/message-type.js';
import { RefundPayment, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { systemClock } from '#libs/kernel/clock.js';
import { newId } from '#libs/kernel/ids.js';
import { UNIT_OF_WORK_RUNNER } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { loadConfig, type Config } from '../../../apps/payment-service/src/config.js';
import { problemCatalogue } from '../../../apps/payment-service/src/http/problem-catalogue.js';
import { PaymentServiceModule } from '../../../apps/payment-service/src/payment-service.module.js';
import { PaymentRow } from '../../../apps/payment-service/src/persistence/payment.row.js';
import { BoundedProvider } from '../../../apps/payment-service/src/provider/bounded-provider.js';
import { OutageAwareProvider } from '../../../apps/payment-service/src/provider/outage-aware-provider.js';
import {
  PAYMENT_PROVIDER,
  type PaymentProvider,
  type Charge,
} from '../../../apps/payment-service/src/provider/payment-provider.js';
import { ProviderModule } from '../../../apps/payment-service/src/provider/provider.module.js';
import { SandboxChargeRow } from '../../../apps/payment-service/src/provider/sandbox/sandbox-charge.row.js';
import { sandboxLedger } from '../../../apps/payment-service/src/provider/sandbox/sandbox-ledger.query.js';
import { SandboxProvider } from '../../../apps/payment-service/src/provider/sandbox/sandbox-provider.js';
import { createVirtualHost } from '../../support/broker.js';
import { createTestDatabases } from '../../support/database.js';
import { startInProcess, testEnvironment } from '../../support/in-process.js';
import { ParticipantFixture, type Reply } from '../../support/participant-fixture.js';

/** A command, as the test wants to send it: any number of times, each time as another message or as the same one. */
export interface Command {
  readonly message: MessageType;
  readonly data: unknown;
  readonly orderId: string;
  readonly messageId: string;
  readonly expirytime?: string;
}

/** payment-service on the sandbox provider, with the test's foot in its door. */
export class PaymentsFixture extends ParticipantFixture {
  /** Called when the sandbox has made a charge, before the service hears of it. What it throws is all that is heard. */
  afterCharge: (charge: Charge) => void = () => undefined;

  static async start(instances: number, environment: Record<string, string> = {}): Promise<PaymentsFixture> {
    const databases = await createTestDatabases(['payments']);
    const fixture = new PaymentsFixture(queues.paymentCommands, databases, await createVirtualHost());
    for (let count = 0; count < instances; count++) await fixture.startInstance(environment);
    await fixture.listenToReplies();
    return fixture;
  }

  take(
    token: string | undefined,
    over: { paymentId?: string; orderId?: string; amount?: string } = {},
  ): Command {
    const data = {
      paymentId: over.paymentId ?? newId(),
      customerId: 'cust-1',
      amount: { amount: over.amount ?? '59.98', currency: 'USD' },
      method: 'card',
      token,
    };
    return { message: TakePayment, data, orderId: over.orderId ?? newId(), messageId: newId() };
  }

  /** Undoes what a command asks for. */
  refundOf({ data, orderId }: Command): Command {
    const { paymentId } = data as { paymentId: string };
    return { message: RefundPayment, data: { paymentId }, orderId, messageId: newId() };
  }

  send({ message, data, orderId, messageId, expirytime }: Command): void {
    this.post(message, data, { messageId, orderId, commandId: orderId, expirytime });
  }

  /** Sends commands, and waits until each has its reply; gives them in the order of the commands. */
  async ask(...commands: Command[]): Promise<Reply[]> {
    for (const command of commands) this.send(command);
    return Promise.all(commands.map(({ messageId }) => this.replyTo(messageId)));
  }

  payment({ data }: Command): Promise<PaymentRow> {
    return this.source.getRepository(PaymentRow).findOneByOrFail({ id: idIn(data) });
  }

  /** The provider's own books. */
  ledger({ data }: Command): Promise<SandboxChargeRow | null> {
    return this.source.getRepository(SandboxChargeRow).findOneBy({ key: idIn(data) });
  }

  /** Captured minus refunded. */
  async kept(command: Command): Promise<number> {
    const entry = await this.ledger(command);
    return entry ? entry.capturedMinor - entry.refundedMinor : 0;
  }

  private async startInstance(environment: Record<string, string>): Promise<void> {
    const config = loadConfig(
      testEnvironment({
        ...this.databases.settings('payments'),
        RABBITMQ_URL: this.broker.url,
        ...environment,
      }),
    );
    const identity = { service: 'payment-service', version: 'test' };
    const { imports = [], ...service } = PaymentServiceModule.forRoot(config, identity);
    const module = { ...service, imports: [...imports.filter(isNotProvider), this.providerModule(config)] };
    this.instances.push(await startInProcess({ name: identity.service, module, problemCatalogue }));
  }

  private providerModule(config: Config): DynamicModule {
    const useFactory = (units: UnitOfWorkRunner, source: DataSource): PaymentProvider =>
      this.provider(units, source, config);
    return {
      module: ProviderModule,
      providers: [
        { provide: PAYMENT_PROVIDER, useFactory, inject: [UNIT_OF_WORK_RUNNER, getDataSourceToken()] },
      ],
      exports: [PAYMENT_PROVIDER],
    };
  }

  /** The real one, with the test's foot in the door. */
  private provider(units: UnitOfWorkRunner, source: DataSource, config: Config): PaymentProvider {
    const sandbox = new SandboxProvider(units, sandboxLedger(source));
    const charge = sandbox.charge.bind(sandbox);
    sandbox.charge = async (asked, signal) => {
      const outcome = await charge(asked, signal);
      this.afterCharge(asked);
      return outcome;
    };
    const bounds = {
      timeoutSeconds: config.PROVIDER_TIMEOUT_SECONDS,
      concurrency: config.PROVIDER_CONCURRENCY,
    };
    return new OutageAwareProvider(new BoundedProvider(sandbox, bounds, systemClock));
  }
}

const idIn = (data: unknown): string => (data as { paymentId: string }).paymentId;

const isNotProvider = (entry: NonNullable<ModuleMetadata['imports']>[number]): boolean =>
  !('module' in entry && entry.module === ProviderModule);
