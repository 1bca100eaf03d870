/** What is used of jsfive, which comes without types. */
declare module 'jsfive' {
  export interface Dataset {
    readonly shape: readonly number[];
    readonly dtype: unknown;
    readonly value: unknown;
    readonly attrs: Readonly<Record<string, unknown>>;
  }
  export class Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(name: string): Group | Dataset | null | undefined;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name?: string);
  }
}
