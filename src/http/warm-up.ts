/**
 * Loaded first of all. As soon as `node:tls` is loaded, Node parses some 150 root certificates on a thread of its own, and
 * the first connection has to wait for them: this way they are parsed while the rest is loaded.
 */
if (/^\s*https:/i.test(process.env.INPUT_URL ?? '')) process.getBuiltinModule('node:tls')
