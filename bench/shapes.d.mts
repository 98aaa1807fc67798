import type { JsonObject } from '../src/core/json.ts';

export function configOf(name: string, rate: number): JsonObject;
