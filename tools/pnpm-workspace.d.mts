export function pnpmWorkspace(
  packages: readonly { readonly name: string; readonly version: string; readonly folder: string }[],
): string;
