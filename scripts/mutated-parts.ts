/** Files to mutate, and the unit tests that belong to them: names under `__tests__/unit`. */
interface Part {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/** The code that decides, in parts, each with its own tests alone: a mutant costs the time to load them. */
export const PARTS: Readonly<Record<string, Part>> = {
  reading: { mutate: ['src/jobs/{call,encode,json,query}.ts'], tests: ['jobs/{call,encode,json,query}'] },
  references: {
    mutate: ['src/jobs/{accepted,bodies,found,head,json-stream,keys,place,quote,records,reference}.ts'],
    tests: ['ask/{call,states}', 'inputs/until', 'jobs/{api,bodies,call,keys}']
  },
  apis: {
    mutate: [
      'src/jobs/{api,apis,complaint,job,long-poll,netapp-{backup,cloud,console},ontap,ontap-{select,words},unified-manager}.ts'
    ],
    tests: ['jobs/{api,call,netapp-backup,netapp-console,ontap,ontap-select,unified-manager}']
  },
  operations: {
    mutate: ['src/jobs/ontap-{approval,cluster-update,download,operations,resource,snapmirror,volume-move}.ts'],
    tests: ['ask/call', 'inputs/until', 'jobs/ontap-operations']
  },
  answers: { mutate: ['src/ask/answer.ts'], tests: ['ask/{answer,states,states-pages}'] },
  call: { mutate: ['src/ask/call.ts'], tests: ['ask/call'] },
  states: { mutate: ['src/ask/{details,pages,states,together}.ts'], tests: ['ask/{states,states-pages}'] },
  find: { mutate: ['src/ask/{find-jobs,leave,list}.ts'], tests: ['ask/{find-jobs,leave,list}'] },
  cancel: { mutate: ['src/ask/cancel.ts'], tests: ['ask/cancel'] },
  tokens: { mutate: ['src/ask/{token-endpoint,tokens}.ts'], tests: ['ask/tokens'] },
  until: { mutate: ['src/inputs/until.ts'], tests: ['inputs/until'] },
  redact: { mutate: ['src/runner/{outputs,redact}.ts'], tests: ['runner/{outputs,redact}'] },
  'plain-text': { mutate: ['src/text/plain-text.ts'], tests: ['text/plain-text'] },
  time: { mutate: ['src/time/*.ts'], tests: ['time/*'] },
  pace: { mutate: ['src/wait/{long-poll,pace,retry}.ts'], tests: ['wait/{long-poll,pace,retry}'] },
  conclusion: {
    mutate: ['src/report/{conclusion,step}.ts'],
    tests: ['main', 'report/{conclusion,step}']
  },
  plan: { mutate: ['src/wait/plan.ts'], tests: ['wait/plan'] },
  health: { mutate: ['src/wait/health.ts'], tests: ['wait/health'] },
  judge: {
    mutate: ['src/wait/{absence,judge,operation,settle,step,watch}.ts'],
    tests: [
      'wait/{at-the-deadline,details,done-calls,faults,holds,hot-loops,judge,lists,missing,operation,pages,standard-polling,states,trouble,watch}'
    ]
  },
  wait: {
    mutate: ['src/wait/{deadline,land,run,traits,wait}.ts'],
    tests: [
      'wait/{at-the-deadline,details,faults,first-look,holds,hot-loops,lists,many-jobs,operation,pages,sleep,stop,trouble,wait}'
    ]
  }
}
