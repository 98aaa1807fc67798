import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import { linearRoles, type LinearRole } from '../models/architecture.ts';
import { layersOf, type Layers } from './layers.ts';
import type { MethodProblem, ModelInfo } from './method.ts';

/** A linear map of a layer, of x (N, input) to y (N, output). */
export interface LinearModule {
  /** Path as it stands in the tensors' names: `encoder.layer.0.attention.self.query`. */
  readonly path: string;
  readonly layer: number;
  /** What it is for: one thing, or several where one matrix stands for several. */
  readonly roles: readonly [LinearRole, ...LinearRole[]];
  readonly part: 'attention' | 'ffn';
  readonly input: number;
  readonly output: number;
}

/** A field that names linear maps of the layers, so many at least. */
export function targetsField(given: readonly string[], help: string, source: string, { least = 1 } = {}) {
  return z
    .array(z.string().min(1))
    .min(least)
    .default([...given])
    .meta({
      help:
        `${help} A name is a module's path or the end of one after a dot, as in HF PEFT, or what the map is for: ` +
        `${linearRoles.join(', ')}. In GPT-2 one map, c_attn, is for query, key and value, and each of the three names it whole.`,
      source,
      offers: [...linearRoles],
      expected: `a ${least > 0 ? 'non-empty ' : ''}list of names of linear maps, such as [query, value]`,
    });
}

/** The linear maps of the chosen layers, in file order. A layer that the model lacks has none. */
export function linearModules({ architecture, shape }: ModelInfo, layers: Layers): LinearModule[] {
  const sizes = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor.shape]));
  return layersOf(layers, shape.layers).flatMap((layer) => {
    const rolesOf = new Map<string, [LinearRole, ...LinearRole[]]>();
    for (const role of linearRoles) {
      const path = architecture.linear(layer, role);
      rolesOf.set(path, rolesOf.has(path) ? [...rolesOf.get(path)!, role] : [role]);
    }
    return [...rolesOf].flatMap(([path, roles]): LinearModule[] => {
      const size = sizes.get(`${path}.weight`);
      if (size === undefined) return [];
      const [output, input] = architecture.linearLayout === 'out, in' ? size : [...size].reverse();
      return [{ path, layer, roles, part: partOf(roles[0]), input, output }];
    });
  });
}

/** A matrix (out, in) as the model keeps its own. */
export function asModelKeeps(matrix: Tensor, { architecture }: ModelInfo): Tensor {
  return architecture.linearLayout === 'out, in' ? matrix : tf.transpose(matrix);
}

/** Those of the modules that one of the targets names. */
export function targeted(
  modules: readonly LinearModule[],
  targets: readonly string[],
  { architecture }: ModelInfo,
): LinearModule[] {
  return modules.filter((module) =>
    targets.some((target) => isNamed(module, target, architecture.basePrefix)),
  );
}

/** Targets that name none of the modules, each a problem at its place in the list. */
export function targetProblems(
  field: string,
  targets: readonly string[],
  modules: readonly LinearModule[],
  { architecture }: ModelInfo,
): MethodProblem[] {
  const names = [...new Set(modules.flatMap(namesOf))];
  return targets.flatMap((target, index) => {
    if (modules.some((module) => isNamed(module, target, architecture.basePrefix))) return [];
    const meant = nearest(target, names);
    const hint = meant === undefined ? `there are ${names.join(', ') || 'none'}` : `did you mean "${meant}"?`;
    return [
      {
        field: `${field}.${index}`,
        message: `no linear map of the chosen layers is called "${target}"; ${hint}`,
      },
    ];
  });
}

function isNamed({ path, roles }: LinearModule, target: string, basePrefix: string): boolean {
  return roles.some((role) => role === target) || `.${basePrefix}${path}`.endsWith(`.${target}`);
}

/** What to call a module in every layer: its use, and its path behind the layer's number. */
function namesOf({ path, roles, layer }: LinearModule): string[] {
  const number = `.${layer}.`;
  return [...roles, path.slice(path.indexOf(number) + number.length)];
}

function partOf(role: LinearRole): LinearModule['part'] {
  return role === 'ffn_in' || role === 'ffn_out' ? 'ffn' : 'attention';
}
