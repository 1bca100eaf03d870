/** @file What is wrong with a module that is being built. Whoever sees it has found a mistake in an emitter, not in a network. */

export function operandMismatch(wanted: string, given: unknown): TypeError {
  const what =
    typeof given === 'object' && given !== null && 'type' in given
      ? `${String(given.type)}${'head' in given ? ` of "${String(given.head)}"` : ''}`
      : String(given);
  return new TypeError(`WebAssembly: a value of type ${wanted} is wanted, got ${what}`);
}

/** What 32 bits do not hold is refused: it would be wrapped, and mean another place. */
export function outOfWord(what: string, value: number): RangeError {
  return new RangeError(`WebAssembly: ${what} of ${value} does not fit 32 bits`);
}

export function valueLeft(head: string): TypeError {
  return new TypeError(`WebAssembly: nobody takes what "${head}" leaves`);
}

export function functionUnknown(name: string, known: readonly string[]): RangeError {
  return new RangeError(`WebAssembly: no function "${name}"; known: ${known.join(', ')}`);
}

export function functionTwice(name: string): RangeError {
  return new RangeError(`WebAssembly: two functions "${name}"`);
}
