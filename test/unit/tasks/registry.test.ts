import { expect, it } from 'vitest';
import { z } from 'zod';
import { findTask, tasks } from '../../../src/tasks/registry.ts';

it.each(Object.entries(tasks))('%s: every field has its help', (id, task) => {
  expect(task.id).toBe(id);
  const { properties } = z.toJSONSchema(task.fields, { io: 'input' }) as {
    properties: Record<string, { help?: string }>;
  };
  expect(Object.keys(properties)).toContain('type');
  for (const [name, field] of Object.entries(properties)) expect(field.help, name).toMatch(/^\S.*\.$/);
});

it('finds a task by its id, and names the nearest for an unknown one', () => {
  expect(findTask('text-classification')).toBe(tasks['text-classification']);
  expect(() => findTask('text-clasification')).toThrow(
    'found "text-clasification"\n  Did you mean "text-classification"?',
  );
  expect(() => findTask('toString')).toThrow('task.type: expected one of text-classification');
});
