export default {
  testEnvironment: 'node',
  // `src` holds no tests, but what lies outside the roots would be missing from the coverage where no test loads it.
  roots: ['<rootDir>/src', '<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  // What runs side by side in the end-to-end tests mostly sleeps.
  maxConcurrency: 8,
  maxWorkers: 3,
  // Some files are nothing but types.
  collectCoverageFrom: ['src/**/*.ts', '!src/jobs/source.ts', '!src/wait/{ask,event}.ts'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
  coverageProvider: 'v8',
  // Several processes run side by side, perhaps on a busy machine: the limit is for what hangs.
  testTimeout: 180_000
}
