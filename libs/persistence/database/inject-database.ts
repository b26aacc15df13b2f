import { Inject, type InjectionToken } from '@nestjs/common';
import { DatabaseClock } from './database-clock.js';

/** Token of the DataSource for what a process does by itself: no burst of queries takes its connections. */
export const backgroundSourceToken = (name = 'default'): InjectionToken =>
  Symbol.for(`BackgroundDataSource ${name}`);

export const InjectBackgroundSource = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(backgroundSourceToken(name));

export const databaseClockToken = (name?: string): InjectionToken =>
  name === undefined ? DatabaseClock : Symbol.for(`DatabaseClock ${name}`);
