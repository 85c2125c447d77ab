import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import nock from 'nock'

/** In every test of this file, only what nock answers can be reached, and each of its answers is requested. */
export function withoutNetwork(): void {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    expect(pending).toEqual([])
  })
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}
