import { attentionWithNorms } from './attentionWithNorms.ts';
import { bestUnion } from './bestUnion.ts';
import { embeddingNorm } from './embeddingNorm.ts';
import { ffnWithNorms } from './ffnWithNorms.ts';
import { fewPrefixSteps } from './fewPrefixSteps.ts';
import { fewSeeds } from './fewSeeds.ts';
import { gainDrift } from './gainDrift.ts';
import { headOnlyControl } from './headOnlyControl.ts';
import { learningRateRange } from './learningRateRange.ts';
import { normHalves } from './normHalves.ts';
import { normModules } from './normModules.ts';
import { normParts } from './normParts.ts';
import { normsWithoutBias } from './normsWithoutBias.ts';
import { prefixLength } from './prefixLength.ts';
import type { Rule } from './rule.ts';
import { sharedLearningRate } from './sharedLearningRate.ts';
import { sharedTensors } from './sharedTensors.ts';

/** Every rule. Adding one is a file and an entry here. */
export const rules: readonly Rule[] = [
  bestUnion,
  attentionWithNorms,
  ffnWithNorms,
  normParts,
  normHalves,
  normModules,
  gainDrift,
  embeddingNorm,
  normsWithoutBias,
  sharedTensors,
  prefixLength,
  fewPrefixSteps,
  learningRateRange,
  sharedLearningRate,
  fewSeeds,
  headOnlyControl,
];
