/** @file Every diagnostic of `@ndl/kernel`: one function each, with a stable code, the culprit, and the fix. */
import { CONTRACT_VERSION, NdlError, suggest } from '@ndl/core';

/** What an unknown token is told with. */
export interface UnknownToken {
  readonly id: string;
  /** Who asked for it: a service or a plugin. */
  readonly neededBy?: string | undefined;
  /** What stands in its place: the tokens that are bound, or the choices of a slot. */
  readonly known: readonly string[];
  /** Packages that would provide it and are not loaded. */
  readonly providers: readonly string[];
  readonly plugins: readonly string[];
}

/** Nothing is bound to a token. */
export function unknownToken({ id, neededBy, known, providers, plugins }: UnknownToken): NdlError {
  const asker = neededBy === undefined ? '' : `, which ${neededBy} needs`;
  const fix = providers.length > 0 ? ` ${packagesToAdd(providers)}` : '';
  return new NdlError(
    'UNKNOWN_TOKEN',
    `Nothing is bound to ${id}${asker}.${fix} ${suggest(id, known)} ${loaded(plugins)}`,
    { known },
  );
}

/** A service that exists, but does not stand among the choices of a slot. */
export function notAChoice(id: string, choices: string, known: readonly string[]): NdlError {
  return new NdlError(
    'NOT_A_CHOICE',
    `${id} is bound, but is no choice of ${choices}. ${suggest(id, known)} ` +
      'The plugin that binds it must contribute() it to that collection as well.',
    { known },
  );
}

/** Nothing can fill a slot. */
export function slotEmpty(id: string, providers: readonly string[], plugins: readonly string[]): NdlError {
  const fix = providers.length > 0 ? packagesToAdd(providers) : 'Add a plugin that offers one.';
  return new NdlError('SLOT_EMPTY', `No loaded plugin offers a choice for ${id}. ${fix} ${loaded(plugins)}`);
}

/** A plugin lists a choice and forgets to bind it. */
export function choiceWithoutService(id: string, choices: string, plugin: string): NdlError {
  return new NdlError(
    'CHOICE_UNBOUND',
    `${plugin} contributes the choice ${id} to ${choices}, but nothing is bound to ${id}. ` +
      'Bind it in register(): bind(TOKEN).toConstantValue(...).',
  );
}

/** Two owners of one service. */
export function duplicateBinding(id: string, owner: string, plugin: string): NdlError {
  const culprits =
    owner === plugin ? `${plugin} binds ${id} twice.` : `${plugin} binds ${id}, which ${owner} already binds.`;
  return new NdlError('DUPLICATE_BINDING', `${culprits} Use rebind() to replace it on purpose.`);
}

/** One token is used as a service and as a collection. */
export function serviceAndCollection(id: string, owner: string, plugin: string): NdlError {
  return new NdlError(
    'DUPLICATE_BINDING',
    `${plugin} and ${owner} disagree on ${id}: one binds it as a service, the other contributes to it as a collection. ` +
      'Members of collections are added with contribute(), never with bind().',
  );
}

export function duplicatePlugin(name: string): NdlError {
  return new NdlError(
    'DUPLICATE_PLUGIN',
    `The plugin ${name} is listed twice in \`plugins\`. List it once; two plugins of one package need two names.`,
  );
}

/** Something in the list that `definePlugin` did not make. */
export function notAPlugin(position: number, value: unknown): NdlError {
  const problem =
    typeof value === 'function'
      ? `is a function; call it: plugins: [${value.name || 'factory'}()]`
      : Array.isArray(value)
        ? 'is a list; spread it: plugins: [...preset()]'
        : 'was not made by definePlugin()';
  return new NdlError('NOT_A_PLUGIN', `plugins[${position}] ${problem}.`);
}

export function contractVersion(name: string, version: number): NdlError {
  const older = version < CONTRACT_VERSION ? 'the plugin' : '@ndl/core and @ndl/kernel';
  return new NdlError(
    'CONTRACT_VERSION',
    `The plugin ${name} was made for version ${version} of the plugin contracts, this kernel for ${CONTRACT_VERSION}. ` +
      `Update ${older}.`,
  );
}

export function pluginFailed(name: string, cause: unknown): NdlError {
  return new NdlError('PLUGIN_FAILED', `The plugin ${name} failed to register: ${messageOf(cause)}`, { cause });
}

/** A plugin kept its registration and used it after register() had ended. */
export function registrationClosed(name: string): NdlError {
  return new NdlError(
    'REGISTRATION_CLOSED',
    `The plugin ${name} bound something after its register() had ended. Await everything within register().`,
  );
}

/** A service whose value is a promise. */
export function asyncBinding(id: string, owner: string | undefined): NdlError {
  return new NdlError(
    'ASYNC_BINDING',
    `${id}${boundBy(owner)} is, or depends on, a promise. Bindings are synchronous: await what is slow in an async ` +
      'register() and bind the result, or bind an object with a load() of its own.',
  );
}

/** A service that could not be made. */
export function resolutionFailed(id: string, owner: string | undefined, cause: unknown): NdlError {
  return new NdlError('RESOLUTION_FAILED', `${id}${boundBy(owner)} could not be made: ${messageOf(cause)}`, { cause });
}

export function kernelDisposed(): NdlError {
  return new NdlError('KERNEL_DISPOSED', 'This kernel has been disposed of; create another one.');
}

function packagesToAdd(providers: readonly string[]): string {
  return `No loaded plugin is of ${providers.join(' or ')}; add ${providers.length === 1 ? 'it' : 'one'} to \`plugins\`.`;
}

function loaded(plugins: readonly string[]): string {
  return plugins.length === 0 ? 'No plugin is loaded.' : `Loaded plugins: ${plugins.join(', ')}.`;
}

function boundBy(owner: string | undefined): string {
  return owner === undefined ? '' : `, bound by ${owner},`;
}

/** The first paragraph of an error's message. */
function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n\n')[0]!;
}
