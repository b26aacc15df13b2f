import type { Generator } from './document.js';
export const metrics: Generator = { name: 'metrics', documents: async () => [] };
