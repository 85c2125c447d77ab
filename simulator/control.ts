import { type Answer, type Call, failure, jsonObject, noSuchPath, type Route, wrongMethod } from './call.ts'
import type { FaultOptions, Faults } from './faults.ts'
import type { Tokens } from './tokens.ts'

const KINDS = 'answer reset cut hang drip truncated other-job huge gzip delay cut-hold'.split(' ')

/** `/simulator/faults` and `/simulator/tokens`, which no real server has: they spoil answers, and take tokens back. */
export function createControl(faults: Faults, tokens: Tokens): Route {
  function order({ body }: Call): Answer {
    const options = jsonObject(body)
    if (!options || !KINDS.includes(String(options.kind))) {
      return failure(400, 'simulator', `A fault is a JSON object with "kind", which is one of ${KINDS.join(', ')}`)
    }
    faults.add(options as FaultOptions)
    return { status: 201, body: options }
  }

  return call => {
    switch (call.path[0]) {
      case 'faults':
        if (call.method === 'POST') return order(call)
        if (call.method !== 'DELETE') return wrongMethod('POST, DELETE')
        faults.clear()
        return { status: 204 }
      case 'tokens':
        if (call.method !== 'DELETE') return wrongMethod('DELETE')
        tokens.revoke()
        return { status: 204 }
      default:
        return noSuchPath()
    }
  }
}
