/** @file The public names of `@ndl/wasm-module`: WebAssembly modules, built from typed code, as bytes and as text. */
export {
  at,
  atomicAt,
  choose,
  type Code,
  codeOf,
  constant,
  fence,
  laneAt,
  type Local,
  onLane,
  op,
  type Operand,
  shuffle,
  trap,
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
export { ModuleBuilder, type ModuleMemory } from './module-builder.ts';
export type { ResultType, ValueType } from './value-types.ts';
