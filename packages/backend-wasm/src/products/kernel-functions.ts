/** @file Functions that the parts of a section share: each made once, by what it does. */
import type { FunctionBuilder, FunctionHandle, Local } from '@ndl/wasm-module';
import type { SectionContext } from '../sections/section-context.ts';

export class KernelFunctions {
  readonly #context: Pick<SectionContext, 'function'>;
  readonly #made = new Map<string, FunctionHandle>();

  constructor(context: Pick<SectionContext, 'function'>) {
    this.#context = context;
  }

  /** The function of this name, of `i32` parameters. */
  of(
    name: string,
    parameters: readonly string[],
    build: (f: FunctionBuilder, locals: readonly Local<'i32'>[]) => void,
  ): FunctionHandle {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const declared = Object.fromEntries(parameters.map((each) => [each, 'i32' as const]));
    const made = this.#context.function(name, declared, (f, locals) => build(f, Object.values(locals)));
    this.#made.set(name, made);
    return made;
  }
}
