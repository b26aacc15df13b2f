import type { Generator } from './document.js';
export const moduleGraph: Generator = { name: 'module-graph', documents: async () => [] };
