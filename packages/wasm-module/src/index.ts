/** @file The public names of `@ndl/wasm-module`: WebAssembly modules, built from typed code, as bytes and as text. */
export {
  at,
  choose,
  type Code,
  codeOf,
  constant,
  laneAt,
  type Local,
  onLane,
  op,
  type Operand,
  shuffle,
  vectorConstant,
  wideConstant,
} from './code.ts';
export { type DefinedFunction, FunctionBuilder, type FunctionHandle } from './function-builder.ts';
export {
  type Immediate,
  type Instruction,
  INSTRUCTION_NAMES,
  type InstructionName,
  instructionNamed,
} from './instructions.ts';
export { ModuleBuilder } from './module-builder.ts';
export type { ResultType, ValueType } from './value-types.ts';
