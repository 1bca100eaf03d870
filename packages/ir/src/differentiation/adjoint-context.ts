/** @file What adjoints are written with. */
import type { HostDeclaration } from '../program/program.ts';
import type { HostFunctions } from '../program/tables.ts';
import type { View } from '../program/view.ts';
import type { AdjointWriter } from './adjoint-writer.ts';
import type { GradientLedger } from './gradient-ledger.ts';

export interface AdjointContext {
  readonly gradients: GradientLedger;
  readonly writer: AdjointWriter;
  /** Where the value stands that the instruction read through a view. */
  valueOf(view: View): View;
  hostOf(id: string): HostDeclaration;
  functionsOf(host: string): HostFunctions;
  /** Declares a host of the backward program. */
  declareHost(host: HostDeclaration, functions: HostFunctions): void;
}
