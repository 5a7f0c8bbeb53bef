const typescript = {
  target: 'es2022',
  keepClassNames: true,
  parser: { syntax: 'typescript', decorators: true },
  transform: { legacyDecorator: true, decoratorMetadata: true },
};
// Node lets a plugin `require` these two ES modules; Jest needs them as CommonJS.
const required = 'content-disposition|cookie';

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  testTimeout: 30_000,
  // Modules of a test file stay in memory after it: a worker that holds much begins anew.
  workerIdleMemoryLimit: '1500MB',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/web/src'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  testRegex: '\\.test\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(${required})/)`],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { swcrc: false, sourceMaps: 'inline', module: { type: 'es6' }, jsc: typescript }],
    [`/node_modules/(${required})/.+\\.js$`]: [
      '@swc/jest',
      { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2022' } },
    ],
  },
};
