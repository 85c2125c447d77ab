/** Files to mutate, and the unit tests that belong to them: names under `__tests__/unit`. */
interface Part {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/** The code that decides, in parts, each with its own tests alone: a mutant costs the time to load them. */
export const PARTS: Readonly<Record<string, Part>> = {
  reading: { mutate: ['src/jobs/{call,encode,json,query}.ts'], tests: ['jobs/{call,encode,json,query}'] },
  references: { mutate: ['src/jobs/reference.ts'], tests: ['jobs/reference'] },
  apis: {
    mutate: ['src/jobs/{api,job,ontap,ontap-select,unified-manager}.ts'],
    tests: ['jobs/{api,call,ontap,ontap-select,reference,unified-manager}']
  },
  answers: { mutate: ['src/ask/answer.ts'], tests: ['ask/{answer,states,states-pages}'] },
  'plain-text': { mutate: ['src/text/plain-text.ts'], tests: ['text/plain-text'] },
  pace: {
    mutate: ['src/{wait/{ask,long-poll,pace,retry},time/{clock,retry-after}}.ts'],
    tests: ['{wait/{long-poll,pace,retry},time/{clock,retry-after}}']
  },
  plan: { mutate: ['src/wait/plan.ts'], tests: ['wait/plan'] },
  watch: { mutate: ['src/wait/watch.ts'], tests: ['wait/{hot-loops,last-call,told,wait,watch}'] },
  wait: { mutate: ['src/wait/wait.ts'], tests: ['wait/{giving-up,hot-loops,last-call,lists,told,wait}'] }
}
