/** @file `npm run example -- <name>`: runs one of the short examples in `apps/examples`. */
await import('../apps/examples/dist/main.js');
