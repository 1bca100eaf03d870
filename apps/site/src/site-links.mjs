/** @file Links of a built site: those to folders of the repository, which are no pages, become text; all others lead somewhere. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Files that documents link to are copied to this folder; folders are not. */
const MEDIA = /^(?:\.\.\/)*media\/[^#]*$/;

const LINK = /<a href="(?<link>[^"]*)"[^>]*>(?<text>[\s\S]*?)<\/a>/g;

/**
 * Makes links to folders text, in place.
 * @param {string} site its folder
 * @returns {string[]} links that lead nowhere, each with the page that it is on
 */
export function settleLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => join(site, file));
  const anchors = new Map(pages.map((page) => [page, anchorsOf(page)]));
  return pages.flatMap((page) => {
    const text = readFileSync(page, 'utf8');
    const target = (/** @type {string} */ path) => (path === '' ? page : resolve(dirname(page), path));
    const settled = text.replaceAll(LINK, (whole, link, shown) =>
      MEDIA.test(link) && !isFile(target(link)) ? shown : whole,
    );
    if (settled !== text) writeFileSync(page, settled);
    return [...settled.matchAll(LINK)]
      .map(({ groups }) => groups.link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor = ''] = link.split('#');
        const file = fileOf(target(path));
        const known = anchors.get(file);
        return !isFile(file) || (anchor !== '' && known !== undefined && !known.has(anchor));
      })
      .map((link) => `${page.slice(site.length + 1)}: ${link}`);
  });
}

/** What a server sends for a path: of a folder its index. @param {string} path */
function fileOf(path) {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, 'index.html') : path;
}

/** @param {string} page */
function anchorsOf(page) {
  return new Set([...readFileSync(page, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
}

/** @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
