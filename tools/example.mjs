/** @file `npm run example -- <name>`: runs one of the short examples in `apps/examples`, or the long one of `apps/mnist`. */
await import(
  process.argv[2] === 'conv-mnist' ? '../apps/mnist/dist/convolutional/main.js' : '../apps/examples/dist/main.js'
);
