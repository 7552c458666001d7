import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const syntax = [
  { selector: 'TSEnumDeclaration', message: 'No enums: write a union of strings.' },
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: export the name.' },
  {
    selector:
      "CallExpression[callee.property.name='refine'], CallExpression[callee.property.name='transform']",
    message: 'zod drops refine() and transform() from the schema without a word: write a CEL rule.',
  },
];

const handedOver =
  'Take the time, chance or the answer as an argument: operator.ts has them, and a pass hands them on.';

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'eslint.config.js',
      '.dependency-cruiser.mjs',
      '{images,examples}/**/*.mjs',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowNullish: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      // Builders' return types are inferred: writing them out would say the object twice.
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...syntax],
    },
  },
  {
    // Specs and what they are written with.
    files: ['**/*.spec.ts', '**/*.e2e.ts', 'e2e/**/*.ts', 'operator/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      'no-restricted-syntax': 'off',
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['operator/**/*.ts'],
    ignores: ['operator/config.ts', 'operator/main.ts', 'operator/**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only operator/config.ts reads the environment: take a value from Config.',
        },
        {
          object: 'process',
          property: 'exit',
          message: 'Only operator/main.ts ends the program: throw, or resolve a promise.',
        },
      ],
    },
  },
  {
    // All rooms but those whose work it is.
    files: ['operator/*/**/*.ts'],
    ignores: ['operator/{kube,observability,testing,tls}/**/*.ts', 'operator/**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'performance'].map((name) => ({
          name,
          message: handedOver,
        })),
      ],
      'no-restricted-syntax': [
        'error',
        ...syntax,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: handedOver },
        {
          selector:
            "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='Math'][property.name='random']",
          message: handedOver,
        },
      ],
    },
  },
);
