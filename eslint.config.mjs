import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'out', 'runs', 'node_modules', '.venv', '.cache'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    // The editor makes links of user's texts in messages and titles of progress: these files take care of it.
    files: ['src/extension/**/*.ts'],
    ignores: ['src/extension/messages.ts', 'src/extension/commands/progress.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|withProgress)$/]',
          message: 'Use src/extension/messages.ts, or withProgress of src/extension/commands/progress.ts.',
        },
      ],
    },
  },
);
