/** @file What visits pages: a project, Vite, a browser. */
export { findChromium, NO_CHROMIUM } from './find-chromium.ts';
export { createPageProject, installLibrary, isolatePages, setPolicy, type PageProject } from './page-project.ts';
export { openBrowser, type PageBrowser, type Visit } from './visit.ts';
export { buildPage, servePage, type BuiltFile, type PageServer } from './vite.ts';
