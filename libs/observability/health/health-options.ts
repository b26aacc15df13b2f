export interface HealthOptions {
  readonly service: string;
  readonly version: string;
}

export const HEALTH_OPTIONS = Symbol('what the health report says of the process');
