import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { systemClock } from '#libs/kernel/clock.js';
import { UNIT_OF_WORK_RUNNER, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { BoundedProvider, type Bounds } from './bounded-provider.js';
import { OutageAwareProvider } from './outage-aware-provider.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.js';
import { sandboxLedger } from './sandbox/sandbox-ledger.query.js';
import { SandboxProvider } from './sandbox/sandbox-provider.js';

export interface ProviderOptions extends Bounds {
  readonly use: 'sandbox';
}

/** Binds the payment provider in use. */
@Module({})
export class ProviderModule {
  static forRoot({ use, ...bounds }: ProviderOptions): DynamicModule {
    return {
      module: ProviderModule,
      providers: [
        {
          provide: PAYMENT_PROVIDER,
          useFactory: (units: UnitOfWorkRunner, source: DataSource) =>
            new OutageAwareProvider(new BoundedProvider(adapters[use](units, source), bounds, systemClock)),
          inject: [UNIT_OF_WORK_RUNNER, getDataSourceToken()],
        },
      ],
      exports: [PAYMENT_PROVIDER],
    };
  }
}

const adapters: Record<
  ProviderOptions['use'],
  (units: UnitOfWorkRunner, source: DataSource) => PaymentProvider
> = {
  // The sandbox's ledger is in our database, for convenience; nothing of ours looks into it.
  sandbox: (units, source) => new SandboxProvider(units, sandboxLedger(source)),
};
