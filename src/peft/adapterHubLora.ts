import type { JsonObject } from '../core/json.ts';
import type { LinearRole } from '../models/architecture.ts';
import { layersOf } from './layers.ts';
import type { ModelInfo } from './method.ts';
import type { LinearModule } from './targets.ts';

/** What AdapterHub calls the linear maps of attention that can have LoRA or (IA)3. */
const ATTENTION: Partial<Record<LinearRole, string>> = { query: 'q', key: 'k', value: 'v' };

/** Why AdapterHub's library cannot have LoRA or (IA)3 at these linear maps, if so. */
export function unlikeLora(modules: readonly LinearModule[]): string | undefined {
  if (modules.some(({ roles }) => roles.length > 1))
    return 'AdapterHub has LoRA and (IA)3 of its own for queries, keys and values, but here one map makes all three';
  if (modules.some(({ roles }) => roles.includes('attention_output')))
    return 'AdapterHub has no LoRA or (IA)3 at the output map of attention';
  const perLayer = new Set([...byLayer(modules).values()].map((roles) => roles.join()));
  if (perLayer.size > 1)
    return 'AdapterHub has LoRA and (IA)3 at the same maps of every layer that has any; the targets differ between layers';
  return undefined;
}

/** The fields of its configuration that say which linear maps have it. */
export function loraConfig(modules: readonly LinearModule[], { shape }: ModelInfo): JsonObject {
  const roles = new Set(modules.flatMap((module) => module.roles));
  const layers = byLayer(modules);
  const matrices = [...roles].flatMap((role) => ATTENTION[role] ?? []);
  return {
    architecture: 'lora',
    selfattn_lora: matrices.length > 0,
    intermediate_lora: roles.has('ffn_in'),
    output_lora: roles.has('ffn_out'),
    attn_matrices: matrices,
    leave_out: layersOf('all', shape.layers).filter((layer) => !layers.has(layer)),
  };
}

function byLayer(modules: readonly LinearModule[]): Map<number, LinearRole[]> {
  const ofLayer = new Map<number, LinearRole[]>();
  for (const { layer, roles } of modules) ofLayer.set(layer, [...(ofLayer.get(layer) ?? []), ...roles]);
  return ofLayer;
}
