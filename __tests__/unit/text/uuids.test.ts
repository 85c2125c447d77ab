import { expect, test } from '@jest/globals'
import { createShortener } from '../../../src/text/uuids.ts'

const UUID = '1cd8a442-86d1-11e0-ae1c-123478563412'
const ALIKE = '1cd8a442-86d1-11e0-ae1c-000000000000'

test('a UUID is whole the first time, then short', () => {
  const shorten = createShortener()
  expect(shorten(`job ${UUID} (POST /x/${UUID}?a)`)).toBe(`job ${UUID} (POST /x/1cd8a442…?a)`)
  expect(shorten(`again ${UUID.toUpperCase()}`)).toBe('again 1CD8A442…')
})

test('one that starts like another stays whole', () => {
  const shorten = createShortener()
  expect(shorten(`${UUID} ${ALIKE} ${ALIKE} ${UUID}`)).toBe(`${UUID} ${ALIKE} ${ALIKE} 1cd8a442…`)
})

test.each(['', 'no UUID', '1cd8a442-86d1-11e0-ae1c', `x${UUID}`])('other text stays as it is: %j', text => {
  const shorten = createShortener()
  shorten(UUID)
  expect(shorten(text)).toBe(text)
})
