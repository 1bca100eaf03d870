/** @file Builds the site anew: `node main.mjs [folder]`, by default `public` beside the sources. It fails with what is wrong, and then leaves none. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Application } from 'typedoc';
import { settleLinks } from './site-links.mjs';
import { namePages } from './site-names.mjs';
import { siteOptions } from './site-options.mjs';

const HERE = import.meta.dirname;
const out = resolve(process.argv[2] ?? join(HERE, '../public'));

const app = await Application.bootstrap(siteOptions(resolve(HERE, '../../..')));
namePages(app);
const problems = await built();
if (problems.length > 0) {
  rmSync(out, { recursive: true, force: true });
  console.error(['The site was not built.', ...problems].join('\n'));
  process.exitCode = 1;
} else console.log(`The site is in ${out}: open index.html.`);

/** What is wrong; what TypeDoc finds it has said itself. */
async function built() {
  const project = await app.convert();
  if (project === undefined) return ['Sources could not be read.'];
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return ['There are warnings.'];
  await app.generateDocs(project, out);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return ['There are warnings.'];
  return settleLinks(out).map((link) => `A link leads nowhere: ${link}`);
}
