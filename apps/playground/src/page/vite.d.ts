/** What Vite makes of `import.meta.glob`, as far as it is used here. */
interface ImportMeta {
  glob<Value>(
    pattern: string,
    options: { readonly query: string; readonly import: string },
  ): Record<string, () => Promise<Value>>;
}
