/** @file For tests: plugins in one line, and what is refused of them. */
import { definePlugin, isNdlError, type Plugin, type PluginRegistration } from '@ndl/core';

export const plugin = (name: string, register: (registration: PluginRegistration) => void | Promise<void>): Plugin =>
  definePlugin({ name, register });

/** The error of ndl that an action throws or rejects with. */
export const refusal = async (action: () => unknown): Promise<{ code: string; message: string; cause: unknown }> => {
  try {
    await action();
  } catch (error) {
    if (isNdlError(error)) return { code: error.code, message: error.message, cause: error.cause };
    throw error;
  }
  throw new Error('nothing was refused');
};
