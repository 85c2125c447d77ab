import './http/warm-up.ts'
import { main } from './main.ts'

await main()
