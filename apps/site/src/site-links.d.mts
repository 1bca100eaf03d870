export function settleLinks(site: string): string[];
