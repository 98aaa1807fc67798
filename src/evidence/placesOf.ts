import type { TrainedTensor } from '../peft/method.ts';
import type { Subject } from './subject.ts';

/** Parts of the model where methods add something of their own. */
export function placesOf({ uses }: Subject): ReadonlySet<TrainedTensor['part']> {
  return new Set(uses.flatMap(({ added }) => added.map(({ part }) => part)));
}
