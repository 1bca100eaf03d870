/** @file Writes `plots.js` beside this file: pictures for pages without a bundler. */
import { bundleForPages } from '../../../tools/bundle-for-pages.mjs';

await bundleForPages(import.meta.url, 'plots');
