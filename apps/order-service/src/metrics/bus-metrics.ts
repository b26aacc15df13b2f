import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Refusal } from '#libs/kernel/errors.js';
import { histogram } from '#libs/observability';

const commandDuration = histogram({
  name: 'orders_command_duration_seconds',
  help: 'Time that commands took.',
  labels: ['name', 'result'],
});

const queryDuration = histogram({
  name: 'orders_query_duration_seconds',
  help: 'Time that queries took.',
  labels: ['name', 'result'],
});

interface Bus {
  execute(message: object): Promise<unknown>;
}

/** Times every command and query where all of them pass: no handler can forget to. */
@Injectable()
export class BusMetrics implements OnModuleInit {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  onModuleInit(): void {
    measure(this.commands as Bus, commandDuration);
    measure(this.queries as Bus, queryDuration);
  }
}

function measure(bus: Bus, duration: typeof commandDuration): void {
  const execute = bus.execute.bind(bus);
  bus.execute = async (message) => {
    const end = duration.startTimer({ name: message.constructor.name });
    try {
      const answer = await execute(message);
      end({ result: 'ok' });
      return answer;
    } catch (error) {
      end({ result: error instanceof Refusal ? 'refused' : 'failed' });
      throw error;
    }
  };
}
