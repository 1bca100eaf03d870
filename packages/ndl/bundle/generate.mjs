/** @file Writes `ndl.js` beside this file, and the pieces that it loads when they are wanted: all of ndl for pages without a bundler. */
import { bundleForPages } from '../../../tools/bundle-for-pages.mjs';

await bundleForPages(import.meta.url, 'ndl');
