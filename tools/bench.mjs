/** @file `npm run bench [-- --json]`: measures every backend; see `docs/performance.md`. */
await import('../apps/bench/dist/main.js');
