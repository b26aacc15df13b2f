import { runLoad, warmUp } from '../measure/run-load.js';
import type { Metric, Plot, Section, Series } from '../section.js';
import { acceptMetrics, latencySeries } from './load-metrics.js';
import { plotsOfRun } from './plots.js';

const clients = [64, 256, 1000];

export const accept: Section = {
  name: 'accept',
  summary: 'orders that are accepted while sagas run, by the number of clients that wait for their answers',
  async run(context) {
    const { seconds } = context.options;
    const metrics: Metric[] = [];
    const latencies: Series[] = [];
    const plots: Plot[] = [];
    const services = await context.openServices();
    await warmUp(services, { connections: clients[0]! }, context);
    for (const connections of clients) {
      await services.untilIdle(); // this load does not start with the backlog of the one before
      context.say(`${connections} clients for ${seconds} s`);
      const run = await runLoad(services, { kind: 'closed', connections, seconds }, context);
      metrics.push(...acceptMetrics(`${connections} clients`, run));
      latencies.push(latencySeries(`${connections} clients`, run));
      plots.push(...plotsOfRun(`${connections} clients`, run));
    }
    return {
      metrics,
      plots: [
        {
          title: 'Time until an order is accepted',
          x: { label: 'ms', scale: 'log' },
          y: { label: '% of the answers within' },
          series: latencies,
        },
        ...plots,
      ],
    };
  },
};
