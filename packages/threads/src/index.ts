/** @file The public names of `@ndl/threads`: workers of Node and of browsers, and how many of them are taken. */
export { threadHost, type Thread, type ThreadEvents, type ThreadHost } from './thread.ts';
export { MOST_THREADS, threadCount } from './thread-count.ts';
