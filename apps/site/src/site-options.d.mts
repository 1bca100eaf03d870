import type { TypeDocOptions } from 'typedoc';

export function siteOptions(root: string): Partial<TypeDocOptions>;
