/** @file Every diagnostic of `@ndl/cli`: one function each, with a stable code, the culprit, and the fix. */
import { NdlError, showThrown, suggest } from '@ndl/numerics';
import type { NamedFile } from './command.ts';

/** A command line that asks for what is not there. */
export function usage(message: string): NdlError {
  return new NdlError('USAGE', message);
}

export function unknownCommand(command: string, known: readonly string[]): NdlError {
  return usage(`ndl has no command '${command}'. ${suggest(command, known)}`);
}

export function unknownOption(command: string, option: string, known: readonly string[]): NdlError {
  const dashed = [...known, 'help'].map((name) => `--${name}`);
  return usage(`ndl ${command} has no option '--${option}'. ${suggest(`--${option}`, dashed)}`);
}

export function badValue(option: string, requirement: string, given: string | undefined): NdlError {
  return usage(`--${option} must be ${requirement}; got ${given === undefined ? 'nothing' : `'${given}'`}.`);
}

export function modelUnreadable(path: string, cause: Error): NdlError {
  return new NdlError('MODEL_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
}

/** What a model throws, with its file and line. */
export function modelFailed(path: string, line: number | undefined, cause: unknown): NdlError {
  const reason = showThrown(cause).replace(/^line \d+: /, '');
  return new NdlError('MODEL_FAILED', `${path}${line === undefined ? '' : `:${line}`}: ${reason}`, { cause });
}

export function noTraining(path: string): NdlError {
  return new NdlError(
    'NO_TRAINING',
    `${path} has no training. Write: export default { network, training: { inputs, options: { targets, optimizer } } };`,
  );
}

export function dataUnreadable(name: string, path: string, cause: Error): NdlError {
  return new NdlError(
    'DATA_UNREADABLE',
    `The data '${name}' cannot be read from ${path}: ${cause.message} Give a file: --data ${name}=FILE.npz`,
    { cause },
  );
}

export function badPackageName(name: string, fault: string): NdlError {
  return usage(`'${name}' cannot be the name of a package: ${fault}. Write for instance @you/ndl-planner-widest.`);
}

export function folderInUse(folder: string, reason: string): NdlError {
  return new NdlError('FOLDER_IN_USE', `${folder} ${reason}; nothing is written. Choose another: --folder FOLDER`);
}

export function folderUnwritable(folder: string, cause: Error): NdlError {
  return new NdlError('FOLDER_UNWRITABLE', `${folder} cannot be written: ${cause.message}; nothing is left behind.`, {
    cause,
  });
}

export function folderUnreadable(folder: string, cause: Error): NdlError {
  return new NdlError('FOLDER_UNREADABLE', `${folder} cannot be read: ${cause.message}`, { cause });
}

export function noSite(folder: string | undefined): NdlError {
  const reason =
    folder === undefined
      ? 'The files of the playground are not here. Install them beside: npm install @ndl/playground; in a clone: npm run playground -- --build'
      : `${folder} has no index.html. Leave --site out, or name the folder that npm run playground -- --build FOLDER left`;
  return new NdlError('NO_SITE', `${reason}.`);
}

export function portTaken(port: number): NdlError {
  return new NdlError('PORT_TAKEN', `Port ${port} is taken. Choose another, or any that is free: --port 0`);
}

export function writesWhatIsRead({ name, path }: NamedFile, { name: read }: NamedFile): NdlError {
  return usage(`${name} ${path} would be written over ${read}, which is read. Name another file.`);
}

export function writesTwice({ name, path }: NamedFile, { name: other }: NamedFile): NdlError {
  return usage(`${other} and ${name} both name ${path}. Name a file for each.`);
}

export function outputUnwritable({ name, path }: NamedFile, reason: string): NdlError {
  return new NdlError('OUTPUT_UNWRITABLE', `${name}: ${path} cannot be written: ${reason}. Nothing was done.`);
}
