import { expect, it } from 'vitest';
import { bert } from '../../../src/models/bert.ts';
import { tinyConfig } from '../../support/checkpoints.ts';

it.each([
  [{ pad_token_id: 40 }, 'expected pad_token_id to be a whole number from 0 to 39, found 40'],
  [{ max_position_embeddings: 15 }, 'expected max_position_embeddings to be a whole number from 16'],
])('refuses %j', (change, message) => {
  expect(() => bert.readConfig({ ...tinyConfig, ...change })).toThrow(message);
});
