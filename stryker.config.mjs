import { PARTS } from './scripts/mutated-parts.ts'

const name = process.env.MUTATED_PART ?? 'wait'
const { mutate, tests } = PARTS[name]

export default {
  mutate,
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    config: {
      testEnvironment: 'node',
      transform: {},
      extensionsToTreatAsEsm: ['.ts'],
      testMatch: tests.map(test => `<rootDir>/__tests__/unit/${test}.test.ts`)
    }
  },
  coverageAnalysis: 'perTest',
  // Stryker would read tsconfig.json by an API that TypeScript 7 has no more; Node strips the types as it is.
  tsconfigFile: 'none',
  ignorePatterns: ['/bench', '/coverage', '/dist', '/docs', '/mutation', '/preview'],
  concurrency: 2,
  timeoutMS: 3_000,
  tempDirName: `mutation/sandbox-${name}`,
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: `mutation/${name}.json` },
  htmlReporter: { fileName: `mutation/${name}.html` },
  thresholds: { high: 95, low: 90, break: null }
}
