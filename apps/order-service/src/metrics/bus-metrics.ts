import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Refusal } from '#libs/kernel/errors.js';
import { histogram } from '#libs/observability/metrics.js';

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
    measure(this.commands as Bus, 'orders_command_duration_seconds', 'Time that commands took.');
    measure(this.queries as Bus, 'orders_query_duration_seconds', 'Time that queries took.');
  }
}

function measure(bus: Bus, name: string, help: string): void {
  const duration = histogram({ name, help, labels: ['name', 'result'] });
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
