/** @file Every diagnostic of `@ndl/container`: one function each, with a stable code, the culprit, and the fix. */
import { CONTRACT_VERSION, isRefusedPromise, NdlError, showValue, suggest, showThrown } from '@ndl/core';
import type { Contract } from './contracts.ts';

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

/** One token is used as a service and as a collection. `owner`: who uses it in the other way; the contracts, where nobody does. */
export function serviceAndCollection(id: string, owner: string | undefined, plugin: string): NdlError {
  const culprits =
    owner === undefined
      ? `${plugin} binds ${id} as a service, but it is a collection. `
      : `${plugin} and ${owner} disagree on ${id}: one binds it as a service, the other contributes to it as a collection. `;
  return new NdlError(
    'DUPLICATE_BINDING',
    `${culprits}Members of collections are added with contribute(), never with bind().`,
  );
}

/** A service of the contracts, of which there is one, used as a collection. */
export function contributedService(id: string, choices: string, plugin: string): NdlError {
  return new NdlError(
    'NOT_A_COLLECTION',
    `${plugin} contributes to ${id}, which is a service and has no members. Contribute a choice to ${choices}, or bind() the service.`,
  );
}

/** A key that is none, such as a token that was imported under a wrong name. */
export function notAToken(plugin: string, method: string, key: unknown): NdlError {
  return new NdlError(
    'NOT_A_TOKEN',
    `The plugin ${plugin} calls ${method}() with ${showValue(key)} in the place of a token. Is it imported under its right name?`,
  );
}

/** A key that is bound to nothing. */
export function bindingUnfinished(id: string, plugin: string): NdlError {
  return new NdlError(
    'BINDING_UNFINISHED',
    `The plugin ${plugin} binds or contributes nothing to ${id}: go on with .toConstantValue(…), .toDynamicValue(…), .to(…) …`,
  );
}

/** A member that is bound, but only under a condition, so that the collection would lack it. */
export function conditionalMember(id: string, plugin: string): NdlError {
  return new NdlError(
    'CONTRIBUTION_CONDITIONAL',
    `The plugin ${plugin} contributes to ${id} under a condition (whenNamed, when …), but members of collections have none. Leave it out.`,
  );
}

/** A member of a collection that is none. */
export function contributionInvalid(id: string, plugin: string, { noun }: Contract, problem: string): NdlError {
  return new NdlError(
    'CONTRIBUTION_INVALID',
    `The plugin ${plugin} contributes to ${id} what is not ${noun}: ${problem}.`,
  );
}

/** A service that is chosen, and is not what the choice is about. `owner` is who bound it; undefined for a value given directly. */
export function serviceInvalid(id: string, owner: string | undefined, { noun }: Contract, problem: string): NdlError {
  return new NdlError('SERVICE_INVALID', `${id}${boundBy(owner)} is not ${noun}: ${problem}.`);
}

/** Two definitions of one kind. `owner` and `plugin` may be the same. */
export function duplicateKind({ noun }: Contract, kind: string, owner: string, plugin: string): NdlError {
  const culprits =
    owner === plugin ? `${plugin} contributes two of them` : `${plugin} contributes one, and so does ${owner}`;
  return new NdlError(
    'DUPLICATE_KIND',
    `There is ${noun} of kind '${kind}' already: ${culprits}. Leave one out, rename its kind, or take the place of the earlier one on ` +
      'purpose: replace() instead of contribute().',
  );
}

/** A definition that is to take the place of one that is not there. */
export function nothingToReplace({ noun }: Contract, kind: string, plugin: string, known: readonly string[]): NdlError {
  return new NdlError(
    'NOTHING_TO_REPLACE',
    `${plugin} replaces ${noun} of kind '${kind}', which no plugin before it contributes. ${suggest(kind, known)} ` +
      'List the plugin after the one whose definition it replaces, or contribute() a kind of its own.',
    { known },
  );
}

/** What can be replaced member by member has kinds. */
export function notReplaceable(id: string, plugin: string): NdlError {
  return new NdlError(
    'NOTHING_TO_REPLACE',
    `${plugin} replaces a member of ${id}, whose members have no kind that would say which. Use rebind() to replace all of them.`,
  );
}

/** Two plugins of one name, or one plugin twice. */
export function duplicatePlugin(name: string, isSame: boolean): NdlError {
  return new NdlError(
    'DUPLICATE_PLUGIN',
    isSame
      ? `The plugin ${name} is listed twice in \`plugins\`. List it once.`
      : `Two plugins in \`plugins\` have the name ${name}. List one of them; two plugins of one package need two names.`,
  );
}

/** A name that a plugin of every simulator has. */
export function reservedPluginName(name: string): NdlError {
  return new NdlError(
    'DUPLICATE_PLUGIN',
    `The name ${name} is that of a plugin which every simulator has. Leave it out of \`plugins\`, or give your plugin the name of its ` +
      'own package.',
  );
}

/** Something in the list that `definePlugin` did not make. */
export function notAPlugin(position: number, value: unknown): NdlError {
  return new NdlError('NOT_A_PLUGIN', `plugins[${position}] ${whyNoPlugin(value)}.`);
}

function whyNoPlugin(value: unknown): string {
  if (typeof value === 'function')
    return /^class\b/.test(Function.prototype.toString.call(value))
      ? `is a class; list what definePlugin() makes, and bind the class in its register()`
      : `is a function; call it: plugins: [${value.name || 'factory'}()]`;
  if (Array.isArray(value)) return 'is a list; spread it: plugins: [...preset()]';
  if (typeof value === 'string')
    return `is the text ${showValue(value)}; import what makes the plugin from there, and list what it makes`;
  if (typeof value !== 'object' || value === null) return `is ${showValue(value)}; a plugin is made by definePlugin()`;
  if (isRefusedPromise(value)) return 'is a promise; await it: plugins: [await loadPlugin()]';
  return isModule(value)
    ? `is a module, not a plugin; ${whatToTakeOf(value)}`
    : 'was not made by definePlugin(), which takes { name, register({ bind, contribute }) { … } }';
}

function isModule(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Module]' || 'default' in value;
}

/** The plugins that a module exports, or else the functions, one of which may make a plugin. */
function whatToTakeOf(module: object): string {
  const exported = Object.entries(module);
  const plugins = exported.filter(([, each]) => isStamped(each)).map(([name]) => `module.${name}`);
  if (plugins.length > 0) return `list what it exports: plugins: [${plugins.join(', ')}]`;
  const functions = exported.filter(([, each]) => typeof each === 'function').map(([name]) => name);
  return `call what makes one: plugins: [module.makesIt()]. Its functions: ${functions.join(', ') || 'none'}`;
}

function isStamped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'contract' in value && 'register' in value;
}

export function contractVersion(name: string, version: number): NdlError {
  const older = version < CONTRACT_VERSION ? 'the plugin' : '@ndl/core and @ndl/container';
  return new NdlError(
    'CONTRACT_VERSION',
    `The plugin ${name} was made for version ${version} of the plugin contracts, this container for ${CONTRACT_VERSION}. ` +
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

/** A service, or a member of a collection, that could not be made. */
export function resolutionFailed(id: string, owner: string | undefined, cause: unknown): NdlError {
  return new NdlError('RESOLUTION_FAILED', `${id}${boundBy(owner)} could not be made: ${messageOf(cause)}`, { cause });
}

export function containerDisposed(): NdlError {
  return new NdlError('CONTAINER_DISPOSED', 'This container has been disposed of; create another one.');
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

/** The first paragraph of an error's message, and what to do about decorators that lack what compilers leave out. */
function messageOf(cause: unknown): string {
  const message = showThrown(cause).split('\n\n')[0]!;
  if (!/missing metadata/.test(message)) return message;
  return `${message} Name the token of each parameter, @inject(TOKEN): esbuild, tsx and their kin write no metadata of types, whatever emitDecoratorMetadata says.`;
}
