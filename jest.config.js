export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  maxConcurrency: 8,
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8'
}
