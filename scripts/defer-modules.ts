/**
 * Makes the bundle load what a run can do without when it is first used, rather than all of it at the start: `node:tls`,
 * for one, begins to parse 150 root certificates as soon as it is loaded. Packages that ncc was told to leave out, since
 * nothing calls them, become empty. Fails where the bundle is not as it is known to be.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const BUNDLE = 'dist/index.js'
const REQUIRE = '__WEBPACK_EXTERNAL_createRequire(import.meta.url)'

/** Modules of Node that a run can do without, or need only late. All are used as objects: none is called or extended. */
const HEAVY = ['assert', 'crypto', 'https', 'tls', 'zlib']

/** The packages left out, each with the one function that leads into it. */
const LEFT_OUT = { undici: 'getAgentDispatcher', '@actions/exec': 'getDetails' }

/** All that is required are modules of Node; `createRequire`, made for more, would have to be imported first. */
const LOADERS = `const require = process.getBuiltinModule;
const defer = name => {
  let loaded;
  const load = () => (loaded ??= require(name));
  return new Proxy({}, {
    get: (_, member) => load()[member],
    has: (_, member) => member in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, member) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), member);
      return found && { ...found, configurable: true };
    }
  });
};
`

let bundle = readFileSync(BUNDLE, 'utf8')

for (const [name, entrance] of Object.entries(LEFT_OUT)) {
  const mentions = bundle.match(new RegExp(`\\b${entrance}\\(`, 'g'))?.length
  if (mentions !== 1) throw new Error(`${name} is left out, but ${entrance}() is mentioned ${mentions} times`)
  replace(new RegExp(`^import \\* as (\\w+) from "${name}";$`, 'm'), 'const $1 = {};')
}
for (const name of HEAVY) {
  const required = new RegExp(`${RegExp.escape(REQUIRE)}\\("(?:node:)?${name}"\\)`, 'g')
  replace(required, `defer("${name}")`)
}
// A namespace copied from the module would load it at once.
replace(
  new RegExp(`/\\*#__PURE__\\*/__nccwpck_require__\\.t\\((external_(?:node_)?(?:${HEAVY.join('|')})_), 2\\)`, 'g'),
  '$1'
)
// `fs.promises` is a getter that loads a dozen modules.
replace(/^const \{ (\w+(?:, \w+)*) \} = (external_fs_namespaceObject\.promises);$/m, (_, names: string, promises) =>
  names
    .split(', ')
    .map(name => `const ${name} = (...given) => ${promises}.${name}(...given);`)
    .join('\n')
)
// The folder of the bundle, in whose place nothing of the bundle is looked for.
replace(/^.*__nccwpck_require__\.ab = .*$/m, '')
bundle = bundle.replaceAll(REQUIRE, 'require')
replace(/^import \{ createRequire .*$/m, LOADERS)
if (/^import\b|import\.meta/m.test(bundle)) throw new Error(`${BUNDLE} imports more than is known`)
writeFileSync(BUNDLE, bundle)

function replace(found: RegExp, by: string | ((...match: string[]) => string)): void {
  const changed = bundle.replace(found, by as string)
  if (changed === bundle) throw new Error(`${BUNDLE} has nothing like ${found}`)
  bundle = changed
}
