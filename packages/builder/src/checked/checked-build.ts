/**
 * @file Build functions, taken at nobody's word: what they write into the graph is checked as they write it, and what is wrong is said
 * of object, kind and plugin.
 */
import {
  problemOfOperator,
  problemOfView,
  type BuildableObjects,
  type BuildContext,
  type BuildFunction,
  type ObjectSignals,
  type Signal,
} from '@ndl/core';
import { describeObject } from '@ndl/model';
import { isNdArray, showValue, unfinishedWork } from '@ndl/numerics';
import { buildInvalid, buildOver, resultInvalid } from './definition-errors.ts';

type Buildable = BuildableObjects[keyof BuildableObjects];
/**
 * The same function, which throws NdlError BUILD_INVALID for what it writes that makes no graph, BUILD_OVER for what it writes
 * after its end. @param name as from `definitionName`
 */
export function checkedBuildFunction(original: BuildFunction, name: string): BuildFunction {
  const contexts = new WeakMap<BuildContext, WatchedContext>();
  return {
    kind: original.kind,
    async build(object, context) {
      const watched = contexts.get(context) ?? new WatchedContext(context, name);
      contexts.set(context, watched);
      watched.begin(object);
      const unfinished = unfinishedWork(await original.build(object, watched.context));
      if (unfinished !== undefined)
        throw resultInvalid(name, `${unfinished} from build`, 'build may be async, but no generator');
      watched.end();
    },
  };
}

const ROLES: readonly unknown[] = ['input', 'parameter', 'array'];

/** The context of one build function in one build: the same object in all its calls. */
class WatchedContext {
  readonly context: BuildContext;
  readonly #name: string;
  readonly #isKnown: (signal: unknown) => boolean;
  readonly #probed = new Set<unknown>();
  /** What is being built; undefined between calls. */
  #object: Buildable | undefined;
  #label = '';

  constructor(context: BuildContext, name: string) {
    this.#name = name;
    this.#isKnown = (signal) => context.hasSignal(signal);
    const checked = this.#checkedMethods(context);
    const writes = [...Object.keys(checked), 'setBuilt', 'setBuiltConnection'];
    this.context = new Proxy(context, {
      get: (target, property) => {
        if (this.#object === undefined && writes.includes(property as string)) throw buildOver(this.#label, name);
        const own = (checked as Readonly<Record<string | symbol, unknown>>)[property];
        if (own !== undefined) return own;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  begin(object: Buildable): void {
    this.#object = object;
    this.#label = describeObject(object);
  }

  /** After a call: nothing more may be written, and what others build on must be there. */
  end(): void {
    const object = this.#object!;
    if (object.kind === 'probe' && !this.#probed.has(object)) this.#refuse('recorded nothing: it must call probe()');
    const isRead = object.kind === 'ensemble' || object.kind === 'node';
    if (isRead && signalsIn(this.context, object)?.['output'] === undefined)
      this.#refuse("gave the object no signal 'output', which others read: it must call setSignals()");
    this.#object = undefined;
  }

  #checkedMethods(context: BuildContext): Partial<BuildContext> {
    return {
      signal: (options) => this.#signal(context, options),
      add: (operator) => {
        this.#refuseAny(problemOfOperator(operator, this.#isKnown));
        context.add(operator);
      },
      input: (node, signal, source) => {
        if ((node as { readonly kind?: unknown } | null)?.kind !== 'node')
          this.#refuse(`gave an input to ${showValue(node)}, which is no node`);
        if (!this.#isKnown(signal) || signal.role !== 'input')
          this.#refuse("gave a node an input that is no signal of role 'input' of the graph");
        context.input(node, signal, source);
      },
      probe: (probe, view) => {
        this.#refuseView('made a probe record', view);
        this.#probed.add(probe);
        context.probe(probe, view);
      },
      setSignals: (object, signals) => {
        this.#refuseSignals(signals);
        context.setSignals(object, signals);
      },
    };
  }

  #refuse(problem: string): never {
    throw buildInvalid(this.#label, this.#name, problem);
  }

  #signal(context: BuildContext, options: Parameters<BuildContext['signal']>[0]): Signal {
    if (typeof options !== 'object' || options === null) this.#refuse(`made a signal of ${showValue(options)}`);
    const { name, initial, role = 'array', trainable = false } = options;
    if (typeof name !== 'string' || name === '') this.#refuse(`called a signal ${showValue(name)}, which is no text`);
    if (!isNdArray(initial))
      this.#refuse(`gave the signal ${name} ${showValue(initial)} as its initial contents, where an NdArray is wanted`);
    if (!ROLES.includes(role))
      this.#refuse(`gave the signal ${name} the role ${showValue(role)}; roles are ${ROLES.join(', ')}`);
    if (typeof trainable !== 'boolean' || (trainable && role !== 'parameter'))
      this.#refuse(`made the signal ${name} trainable: ${showValue(trainable)}; only parameters are, where it is true`);
    return context.signal(options);
  }

  #refuseSignals(signals: ObjectSignals): void {
    if (typeof signals !== 'object' || signals === null) this.#refuse(`called setSignals() with ${showValue(signals)}`);
    for (const view of Object.values(signals)) this.#refuseView('made an object stand for', view);
  }

  #refuseView(what: string, view: unknown): void {
    const problem = problemOfView(view, this.#isKnown);
    this.#refuseAny(problem && `${what} ${problem}`);
  }

  #refuseAny(problem: string | undefined): void {
    if (problem !== undefined) this.#refuse(problem);
  }
}

/** The signals of an object; undefined where it has none. */
function signalsIn(context: BuildContext, object: Buildable): ObjectSignals | undefined {
  try {
    return context.signalsOf(object);
  } catch {
    return undefined;
  }
}
