/** @file `npm run bench [-- SUBJECT …] [--json]`: measures; see `docs/performance.md`. */
await import('../apps/bench/dist/main.js');
