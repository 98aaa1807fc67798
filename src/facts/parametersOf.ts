import { sizeOf } from '../core/tensor.ts';
import { isNorm } from '../models/architecture.ts';
import { countParameters } from '../plan/parameters.ts';
import { misfitsOf, type Assembly } from '../program/assembly.ts';
import type { RecipeParameters, TensorShare, VariantParameters } from '../protocol/language.ts';
import type { Facts } from '../recipe/facts.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { assembled } from './assembled.ts';
import { spreadFields, spreadsOf, spreadUses } from './spreads.ts';
import type { SpreadFields } from './spreads.ts';

/**
 * Parameters of every variant, from declarations; `recipe` is absent where the text has errors. A variant whose methods do not fit
 * the model has a problem instead.
 */
export function parametersOf(recipe: Recipe | undefined, facts: Facts): RecipeParameters {
  if (recipe === undefined) return { variants: [], problem: 'the recipe has errors' };
  const [{ model }] = recipe.configurations;
  let first: Assembly | undefined;
  let fields: SpreadFields | undefined;
  const variants = recipe.configurations.map((configuration): VariantParameters => {
    const { variant } = configuration;
    const assembly = assembled(configuration, facts);
    if ('problem' in assembly) return { variant, problem: assembly.problem };
    first ??= assembly;
    fields ??= spreadFields(first.info);
    const [misfit] = misfitsOf(assembly);
    if (misfit !== undefined) return { variant, problem: misfit.message };
    return {
      ...{ variant, counts: countParameters(assembly), tensors: sharesOf(assembly) },
      uses: spreadUses(fields, configuration, assembly.info),
    };
  });
  if (first === undefined || fields === undefined) return { model, variants, problem: variants[0].problem };
  const { architecture, shape } = first.info;
  const spreads = spreadsOf(fields, recipe, first.info);
  return { model, architecture: architecture.id, layers: shape.layers, spreads, variants };
}

/** What the checkpoint has, in file order, then what is added to it. */
function sharesOf({ info, trained }: Assembly): TensorShare[] {
  const { architecture, shape, missing } = info;
  const methodOf = new Map(trained.map(({ name, method }) => [name, method]));
  const base = architecture
    .tensors(shape)
    .filter(({ name }) => methodOf.has(name) || !missing.includes(name));
  const names = new Set(base.map(({ name }) => name));
  return [...base, ...trained.filter(({ name }) => !names.has(name))].map((tensor) => {
    const method = methodOf.get(tensor.name);
    return {
      tensor: tensor.name,
      shape: tensor.shape,
      count: sizeOf(tensor.shape),
      ...(method === undefined ? {} : { method }),
      ...(tensor.layer === undefined ? {} : { layer: tensor.layer }),
      module: tensor.part,
      ...('role' in tensor && isNorm(tensor.role) && { isNorm: true as const }),
    };
  });
}
