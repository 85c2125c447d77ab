import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

interface Package {
  readonly resolved?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> }

test('the lock file has every optional package of every platform: without them, npm ci refuses to install', () => {
  const optional = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map(name => [path, name] as const)
  )
  const missing = optional.filter(
    ([path, name]) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages)
  )
  expect(missing).toEqual([])
})

test('the lock file names no download address, so that any registry can serve the packages', () => {
  const addresses = Object.values(packages).flatMap(({ resolved, link }) => (link ? [] : (resolved ?? [])))
  expect(addresses).toEqual([])
})
