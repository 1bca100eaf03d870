/** @file `npm run example -- <name>`: runs one of the short examples in `apps/examples`, or of the long ones of `apps/mnist`. */
const LONG = { 'conv-mnist': '../apps/mnist/dist/convolutional/main.js', keras: '../apps/mnist/dist/keras/main.js' };
const name = process.argv[2] ?? '';
await import(Object.hasOwn(LONG, name) ? LONG[name] : '../apps/examples/dist/main.js');
