/** @file What pages are called: modules as users import them, documents by their first heading. */
import { Converter } from 'typedoc';

const FOLDERS = new Map([
  ['guide', 'Guide'],
  ['decisions', 'Decisions'],
]);

/** Gives all pages their names, once sources are read. @param {import('typedoc').Application} app */
export function namePages(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = importedAs(module.name);
    for (const document of project.documents ?? []) {
      const [folder] = document.name.split('/');
      const within = FOLDERS.get(folder);
      const heading = document.content
        .map(({ text }) => text)
        .join('')
        .match(/^# (.*)$/m)?.[1];
      const title = (heading ?? document.name).replaceAll(/[`/]/g, '');
      document.name = within === undefined ? title : `${within}/${title}`;
    }
  });
}

/** `core/src` is `@ndl/core`, `ndl/src/node` is `ndl/node`. @param {string} path */
function importedAs(path) {
  const [folder, ...rest] = path.split('/');
  const entry = rest.filter((part) => part !== 'src' && part !== 'index').join('/');
  const name = folder === 'ndl' ? 'ndl' : `@ndl/${folder}`;
  return entry === '' ? name : `${name}/${entry}`;
}
