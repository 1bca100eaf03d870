/** @file The public names of `@ndl/cli`: the command line, for programs that bring a terminal of their own. */
export { main } from './main.ts';
export { EXIT, type ExitCode, type Terminal } from './terminal.ts';
export { serveSite, type EventResponse, type SiteServer } from './serve-site.ts';
