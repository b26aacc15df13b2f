import type { Generator } from './document.js';
export const sagas: Generator = { name: 'sagas', documents: async () => [] };
