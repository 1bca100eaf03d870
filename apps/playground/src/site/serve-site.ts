/** @file Serves the site as `ndl playground` does. */
export { serveSite, type SiteServer } from '@ndl/cli';
