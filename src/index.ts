import { main } from './main.ts'
import { exit, ignoreBrokenPipes } from './runner/exit.ts'

ignoreBrokenPipes()
await main()
await exit()
