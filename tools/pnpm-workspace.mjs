/** @file What tells pnpm where packages are that no registry has. */

/**
 * A `pnpm-workspace.yaml` of overrides: wherever one of these packages is asked for, by the project or by another of them, pnpm takes the
 * tarball. Without it, pnpm asks the registry for what a tarball depends on, even where the project has a tarball of that, too.
 * @param {readonly { readonly name: string, readonly version: string, readonly folder: string }[]} packages `folder`: where the tarball is, from the root
 */
export function pnpmWorkspace(packages) {
  const overrides = packages.map(({ name, version, folder }) => {
    const file = `${folder.replaceAll('\\', '/')}/${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
    return `  ${JSON.stringify(name)}: ${JSON.stringify(`file:${file}`)}\n`;
  });
  return `overrides:\n${overrides.join('')}`;
}
