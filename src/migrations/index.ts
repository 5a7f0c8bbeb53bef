import { Foundation1795500000000 } from './1795500000000-foundation.js';

/** In the order they run. Listed by name: a file pattern would depend on where the code stands. */
export const MIGRATIONS = [Foundation1795500000000];
