/** Lets packages import JSON without saying so, as GitHub's language service does: `node --import ./scripts/json-modules.ts`. */
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context)
})
